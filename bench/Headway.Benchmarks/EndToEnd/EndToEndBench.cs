using Headway.Benchmarks.Server;
using Headway.Core.Rollouts;

namespace Headway.Benchmarks.EndToEnd;

/// <summary>
/// Bar 2: real processes, real gateway; commit after commit fails half of its requests and has to be taken back.
/// Failures are counted where users are; the share is what the node's gateway says is in force.
/// </summary>
public static class EndToEndBench
{
    private const double Failing = 0.5;
    private static readonly TimeSpan Past = TimeSpan.FromSeconds(12), Look = TimeSpan.FromMilliseconds(25);

    public static async Task<int> RunAsync(int runs, CancellationToken stop)
    {
        var table = BarTable.Begin();
        var folder = Directory.CreateTempSubdirectory("headway-bench-").FullName;
        try
        {
            foreach (var (rate, seconds) in new[] { (50, 5.0), (500, 3.0) })
                await AtRateAsync(table, Path.Combine(folder, $"{rate}"), rate, seconds, runs, stop);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return table.ExitCode;
    }

    private static async Task AtRateAsync(
        BarTable table, string folder, int rate, double bar, int runs, CancellationToken stop)
    {
        var taken = new List<TakenBack>();
        long lost;
        Directory.CreateDirectory(folder);
        await using (var service = await ServiceUnderTest.StartAsync(folder, Path.Combine(folder, "data"), stop))
        {
            await service.ExposedAsync(await service.PushAsync(0, stop), stop);
            await using var users = new Users(service.Port, rate);
            // The judge knows what is normal from the past, so there is to be some.
            await Task.Delay(Past, stop);
            for (var run = 0; run < runs; run++) taken.Add(await OnceAsync(service, users, stop));
            lost = users.Of(release => release == "-").Failures;
        }
        Report(table, rate, bar, taken, lost);
    }

    private static void Report(BarTable table, int rate, double bar, List<TakenBack> taken, long lost)
    {
        var failed = taken.Average(t => t.Failures);
        table.Add($"{rate} requests/s: failed because of the candidate, at most 10",
            $"{failed:0.0} mean of {taken.Count} runs (from {taken.Min(t => t.Failures)} to {taken.Max(t => t.Failures)}); {taken.Count(t => t.RolledBack)} rolled back",
            failed <= 10 && taken.All(t => t.RolledBack));
        var seconds = BarTable.Median(taken.Select(t => t.Seconds));
        table.Add($"{rate} requests/s: first failure to 0 %, at most {bar:0} s",
            $"{seconds:0.00} s median (from {taken.Min(t => t.Seconds):0.00} to {taken.Max(t => t.Seconds):0.00})", seconds <= bar);
        table.Add($"{rate} requests/s: lost on the way (no bar)", $"{lost}", null);
    }

    private static async Task<TakenBack> OnceAsync(ServiceUnderTest service, Users users, CancellationToken stop)
    {
        var number = await service.PushAsync(Failing, stop);
        var felt = () => users.Of(release =>
            release.StartsWith($"{ServiceUnderTest.Service}-{number}-", StringComparison.Ordinal));
        var ended = service.EndedAsync(number, stop);
        DateTimeOffset? nobody = null;
        while (!ended.IsCompleted && nobody is null)
        {
            if (felt().FirstFailure is not null)
            {
                var lane = await service.LaneAsync(stop);
                if (lane.Route is { } route && (route.Candidate is null || route.To.ShareOfUsers <= 0))
                    nobody = DateTimeOffset.UtcNow;
            }
            await Task.Delay(Look, stop);
        }
        var rollout = await ended;
        var seen = felt();
        var last = seen.Last > nobody || nobody is null ? seen.Last : nobody;
        return new(seen.Failures, (last - seen.FirstFailure)?.TotalSeconds ?? 0, rollout.End is RolloutEnd.RolledBack);
    }

    /// <param name="Failures">Of requests that the candidate answered.</param>
    /// <param name="Seconds">From the first failure until the gateway had the share at 0 and no answer came any more.</param>
    private sealed record TakenBack(long Failures, double Seconds, bool RolledBack);
}
