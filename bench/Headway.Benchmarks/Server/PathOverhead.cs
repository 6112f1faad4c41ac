using Headway.Benchmarks.EndToEnd;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Server.Storage;

namespace Headway.Benchmarks.Server;

/// <summary>
/// From the commit as the server saw it to the first users in production, read from the record. The jobs of the
/// benchmark's service do next to nothing, and still the time between their recorded start and end is told apart.
/// </summary>
internal static class PathOverhead
{
    private const int Commits = 5;

    public static async Task MeasureAsync(BarTable table, string folder, CancellationToken stop)
    {
        var data = Path.Combine(folder, "data");
        Directory.CreateDirectory(folder);
        await using (var bed = await ServiceUnderTest.StartAsync(folder, data, stop))
            for (var number = 1; number <= Commits; number++)
                await ExposeAsync(bed, stop);
        Report(table, await ReadAsync(data, stop));
    }

    private static async Task ExposeAsync(ServiceUnderTest bed, CancellationToken stop)
    {
        var number = await bed.PushAsync(failing: 0, stop);
        var rollout = await bed.ExposedAsync(number, stop);
        if (rollout.Stable is null) return;
        await bed.AbortAsync(rollout, stop);
        await bed.EndedAsync(number, stop);
    }

    private static void Report(BarTable table, IReadOnlyList<(double Total, double Jobs)> paths)
    {
        var rest = BarTable.Median(paths.Select(p => p.Total - p.Jobs));
        var slowest = paths.Count == 0 ? double.NaN : paths.Max(p => p.Total - p.Jobs);
        table.Add("commit seen to first exposure in production, beyond the jobs, under 3 s",
            $"{rest:0.00} s, median of {paths.Count} commits through staging (slowest {slowest:0.00} s; starts of instances included); with the jobs, from recorded start to end, {BarTable.Median(paths.Select(p => p.Total)):0.00} s",
            rest < 3);
    }

    /// <summary>Seconds of each commit that reached users, and those of its jobs. The server must be down.</summary>
    private static async Task<IReadOnlyList<(double Total, double Jobs)>> ReadAsync(string data, CancellationToken stop)
    {
        var seen = new Dictionary<string, DateTimeOffset>();
        var jobs = new Dictionary<string, List<(DateTimeOffset From, DateTimeOffset To)>>();
        var runOf = new Dictionary<string, string>();
        var open = new Dictionary<string, RolloutEvent.Started>();
        var paths = new List<(double, double)>();
        var started = new Dictionary<string, DateTimeOffset>();
        await using var store = await EventStores.OpenAsync(
            new() { DataFolder = Path.Combine(data, "server") }, TimeProvider.System, stop);
        foreach (var stored in await store.ReadAllAsync(0, 1_000_000, stop))
        {
            if (stored.Type.StartsWith("store.", StringComparison.Ordinal)) continue;
            var key = stored.Stream[(stored.Stream.IndexOf('/') + 1)..];
            switch (EventTypes.Known.Read(stored))
            {
                case ServiceEvent.CommitSeen { Run: { } run }: seen[run] = stored.At; jobs[run] = []; break;
                case RunEvent.JobStarted e: started[$"{key}/{e.Job}"] = stored.At; break;
                case RunEvent.JobFinished e: jobs[key].Add((started[$"{key}/{e.Job}"], stored.At)); break;
                case RunEvent.Finished { Release: { } release }: runOf[release.Id] = key; break;
                case RolloutEvent.Started { Environment: "production" } e: open[key] = e; break;
                case RolloutEvent.StepPassed e when open.TryGetValue(key, out var rollout)
                    && rollout.Plan.Steps[e.Step] is Step.Expose:
                    open.Remove(key);
                    var of = runOf[rollout.Candidate];
                    paths.Add(((stored.At - seen[of]).TotalSeconds, jobs[of].Sum(j => (j.To - j.From).TotalSeconds)));
                    break;
            }
        }
        return paths;
    }
}
