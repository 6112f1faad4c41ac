using System.Collections.Immutable;
using System.Globalization;
using Headway.Core.Evidence;
using Headway.Core.Pipelines;
using Headway.Core.Policies;
using Headway.Core.Releases;
using Headway.Core.Scans;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Readiness;
using Headway.Server.Journal;
using Headway.Server.Readiness;
using Headway.Server.Scans;

namespace Headway.Server.Policies;

/// <summary>Puts together what policies may look at.</summary>
public sealed class PolicyInputs(Ledger ledger, ReleaseScans scans, ReadinessFinding readiness, TimeProvider time)
{
    private static readonly FindingsInput NothingScanned = new(0, 0, 0, 0, false);

    public async Task<PolicyInput> OfAsync(Release release, string environment, CancellationToken stop) =>
        Of(release, environment) with { Findings = await FindingsAsync(release, environment, stop) };

    /// <summary>What is in memory: findings of scans are not among it.</summary>
    public PolicyInput Of(Release release, string environment)
    {
        var spec = release.Spec;
        var environments = ledger.Service(release.Service)?.Environments ?? spec.Environments;
        var at = environments.ToList().FindIndex(each => each.Name == environment);
        var here = spec.Environments.FirstOrDefault(each => each.Name == environment);
        var run = scans.RunOf(release);
        return new(
            Service(spec), new(environment, at, at >= 0 && !PromotionOrder.After(environments, environment).Any()), Made(release),
            new(release.Commit.Short, release.Commit.Subject, release.Commit.Author, release.Commit.Email, run?.Trigger?.Changed),
            Checks(run, here), NothingScanned, Promised(spec), Declared(spec),
            Lane(release, environments, at), Plan(here), Time(time.GetUtcNow()))
        {
            Approvals = [.. ledger.Approvals($"{release.Service}/{environment}").Approvals.Where(each => each.Release == release.Id)
                .Select(each => new ApprovalInput(each.By, each.Groups))],
            Readiness = Ready(release),
        };
    }

    /// <summary>Of a commit that nothing was built of.</summary>
    public PolicyInput Of(ServiceSpec spec, Commit commit, ImmutableArray<string>? changed) => PolicyInput.Sample with
    {
        Service = Service(spec),
        Release = new("", 0, "", false, null, ""),
        Commit = new(commit.Short, commit.Subject, commit.Author, commit.Email, changed),
        Environment = new("", 0, false), Checks = new(0, 0, 0, false), Findings = NothingScanned, Objectives = Promised(spec),
        Telemetry = Declared(spec), Lane = new(null, false, null, null), Plan = new("none", false, 0), Time = Time(time.GetUtcNow()),
        Approvals = [], Readiness = null,
    };

    /// <summary>Of a release that was just made, by a run that has not ended yet.</summary>
    public PolicyInput Of(Release release, RunState run) => Of(release.Spec, release.Commit, run.Trigger?.Changed) with
    {
        Release = Made(release), Checks = Checks(run, null),
    };

    private ReadinessInput Ready(Release release)
    {
        var items = Checklists.Of(readiness.Of(release));
        return new(items.First(item => item.Id == "tests").IsMet, items.First(item => item.Id == "telemetry").IsMet,
            items.Count(item => item.IsMet), items.Length);
    }

    private static ServiceInput Service(ServiceSpec spec) =>
        new(spec.Service, spec.Owner, spec.Tier.ToString().ToLowerInvariant(), spec.DependsOn.IsDefault ? [] : spec.DependsOn);

    private static ReleaseInput Made(Release release) => new(release.Id, release.Number, release.ArtifactDigest,
        release.ArtifactSignature is not null || release.ManifestDigest is not null, release.Origin?.BuiltBy, Moment(release.CreatedAt));

    private static ObjectivesInput Promised(ServiceSpec spec) =>
        new(spec.Objectives.Availability, Milliseconds(spec.Objectives.LatencyP50), Milliseconds(spec.Objectives.LatencyP99));

    private static TelemetryInput Declared(ServiceSpec spec) =>
        new(spec.Evidence.Any(signal => signal.Source is SignalSource.Telemetry { IsRequired: true }));

    private static ChecksInput Checks(RunState? run, EnvironmentSpec? here)
    {
        var jobs = run?.Jobs ?? [];
        int Reports(ResultKind kind) => jobs.Sum(job => job.Results.Count(result => result.Kind == kind));
        return new(jobs.Count(job => job.Phase is JobPhase.Succeeded), Reports(ResultKind.Tests), Reports(ResultKind.Scan),
            here is { Checks.IsDefaultOrEmpty: false });
    }

    private LaneInput Lane(Release release, ImmutableArray<EnvironmentSpec> environments, int at)
    {
        var lane = ledger.Lane(release.Service, at < 0 ? "" : environments[at].Name);
        var before = at < 0 ? [] : PromotionOrder.Before(environments, environments[at].Name).Select(each => ledger.Lane(release.Service, each)).ToList();
        var isOut = before.All(each => each.Current is { } there && Release.BaseOf(there) == release.Base);
        var since = isOut ? before.Select(each => ledger.Rollout($"{release.Service}-{each.Environment}-{each.Rollouts}")?.PromotedAt).Max() : null;
        return new(lane.Current, isOut, since is { } moment ? Math.Floor((time.GetUtcNow() - moment).TotalSeconds) : null, lane.Hold?.Why);
    }

    private static PlanInput Plan(EnvironmentSpec? here) => new(here?.Strategy switch
    {
        StrategySpec.Canary => "canary",
        StrategySpec.BlueGreen => "blueGreen",
        StrategySpec.Rolling => "rolling",
        _ => "none",
    }, here?.Strategy is StrategySpec.Canary or StrategySpec.Rolling || here?.Shadow is not null, here?.BudgetFailedRequests ?? 0);

    private async Task<FindingsInput> FindingsAsync(Release release, string environment, CancellationToken stop)
    {
        var decision = await scans.DecideAsync(release, environment, stop);
        var open = decision.Findings.Where(each => each.Standing is not (Standing.Triaged or Standing.Settled)).ToList();
        int Of(Severity severity) => open.Count(each => each.Finding.Severity == severity);
        return new(Of(Severity.Critical), Of(Severity.High) + Of(Severity.Unknown), Of(Severity.Medium), Of(Severity.Low), decision.Findings.Length > 0);
    }

    private static TimeInput Time(DateTimeOffset now) => new(Moment(now), now.ToString("ddd", CultureInfo.InvariantCulture), now.Hour,
        now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static string Moment(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static double? Milliseconds(TimeSpan? time) => time?.TotalMilliseconds;
}
