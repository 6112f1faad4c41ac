using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Server.Journal;

namespace Headway.Server.Telemetry.Own;

/// <summary>What the record says: rollouts, lead times, releases, runs. Computed anew each time, so a restart loses nothing.</summary>
internal sealed class RecordMetrics(Ledger ledger)
{
    /// <summary>Releases of a service whose commits are told.</summary>
    private const int NewestReleases = 10;
    private const int LongestSubject = 100;
    private static readonly double[] RolloutEdges = [60, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400];
    private static readonly double[] LeadEdges = [300, 1_800, 3_600, 14_400, 86_400, 259_200, 604_800, 2_592_000];

    public IEnumerable<MetricFamily> Families() => [.. Rollouts(), LeadTimes(), .. Releases(), Runs(), Objectives()];

    private IEnumerable<MetricFamily> Rollouts()
    {
        var ends = new FamilyBuilder("headway_rollouts_total", MetricKind.Counter, "Rollouts that have ended, by how.");
        var durations = new FamilyBuilder("headway_rollout_duration_seconds", MetricKind.Histogram,
            "From the start of a rollout to its end.");
        var open = new FamilyBuilder("headway_rollout_open", MetricKind.Gauge, "1 for each rollout that is open.");
        var all = ledger.Rollouts.Where(r => r.Phase != RolloutPhase.NotStarted).ToArray();
        // A first deployment is counted from the start, so that an increase shows it.
        foreach (var lane in all.GroupBy(r => (r.Service, r.Environment)))
        {
            foreach (var end in Enum.GetValues<RolloutEnd>())
                ends.Add(lane.Count(r => r.End == end),
                    ("service", lane.Key.Service), ("environment", lane.Key.Environment), ("end", Word(end)));
            var histogram = new Histogram(RolloutEdges);
            foreach (var rollout in lane)
                if (rollout.EndedAt is { } ended) histogram.Add((ended - rollout.StartedAt).TotalSeconds);
            durations.Add(histogram, ("service", lane.Key.Service), ("environment", lane.Key.Environment));
        }
        foreach (var rollout in all.Where(r => r.IsOpen))
            open.Add(1, ("service", rollout.Service), ("environment", rollout.Environment),
                ("release_id", rollout.Candidate), ("phase", Word(rollout.Phase)));
        return [ends.Family(), durations.Family(), open.Family()];
    }

    private MetricFamily LeadTimes()
    {
        var family = new FamilyBuilder("headway_lead_time_seconds", MetricKind.Histogram,
            "From a commit to its release being promoted in an environment.");
        var promoted = from rollout in ledger.Rollouts
                       where rollout.PromotedAt is not null
                       let release = ledger.Release(rollout.Candidate)
                       where release is not null
                       group (rollout.PromotedAt!.Value - release.Commit.CommittedAt).TotalSeconds
                           by (rollout.Service, rollout.Environment);
        foreach (var lane in promoted)
        {
            var histogram = new Histogram(LeadEdges);
            foreach (var seconds in lane) histogram.Add(Math.Max(0, seconds));
            family.Add(histogram, ("service", lane.Key.Service), ("environment", lane.Key.Environment));
        }
        return family.Family();
    }

    private IEnumerable<MetricFamily> Releases()
    {
        var count = new FamilyBuilder("headway_releases_total", MetricKind.Counter, "Releases that passed their pipeline.");
        var created = new FamilyBuilder("headway_release_created_timestamp_seconds", MetricKind.Gauge,
            "When a release was made, with its commit; the newest ten of a service.");
        foreach (var service in ledger.Releases.GroupBy(r => r.Service))
        {
            count.Add(service.Count(), ("service", service.Key));
            foreach (var release in service.OrderByDescending(r => r.Number).Take(NewestReleases))
                created.Add(release.CreatedAt.ToUnixTimeMilliseconds() / 1000.0, ("service", release.Service),
                    ("release_id", release.Id), ("commit", release.Commit.Short), ("subject", Short(release.Commit.Subject)));
        }
        return [count.Family(), created.Family()];
    }

    private MetricFamily Runs()
    {
        var family = new FamilyBuilder("headway_runs_total", MetricKind.Counter, "Runs of pipelines that have ended, by how.");
        foreach (var runs in ledger.Runs.Where(r => r.Outcome is not null).GroupBy(r => (r.Service, Outcome: r.Outcome!.Value)))
            family.Add(runs.Count(), ("service", runs.Key.Service), ("outcome", Word(runs.Key.Outcome)));
        return family.Family();
    }

    private MetricFamily Objectives()
    {
        var family = new FamilyBuilder("headway_objective_availability_ratio", MetricKind.Gauge,
            "The share of requests that is promised to succeed.");
        foreach (var service in ledger.Services)
            if (service.Newest?.Spec.Objectives.Availability is { } promised) family.Add(promised, ("service", service.Name));
        return family.Family();
    }

    /// <summary>`RolledBack` is `rolled_back`.</summary>
    internal static string Word<T>(T value) where T : struct, Enum => string.Concat(
        value.ToString().Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "_" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));

    private static string Short(string subject) =>
        subject.Length <= LongestSubject ? subject : subject[..LongestSubject];
}
