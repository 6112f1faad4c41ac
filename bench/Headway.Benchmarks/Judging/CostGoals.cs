using System.Diagnostics;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Simulation.Replay;

namespace Headway.Benchmarks.Judging;

/// <summary>What a thousand judges cost.</summary>
internal static class CostGoals
{
    private const int Judges = 1000, Seconds = 30;
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    public static IEnumerable<Goal> Measure()
    {
        var settings = new JudgeSettings();
        var past = new Latencies(settings).Past;
        var history = new StableHistory(30_000, 30, 0, 300, past, 50) { Requests = 30_000, RequestFailures = 30 };
        var batches = Enumerable.Range(0, Seconds).Select(second => Batch(second, past)).ToList();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var judges = Enumerable.Range(0, Judges)
            .Select(i => new Judge(settings, history, new("shop/production", "stable", "candidate"))).ToList();
        Second(0);
        using var self = Process.GetCurrentProcess();
        var spent = self.TotalProcessorTime;
        for (var second = 1; second < Seconds; second++) Second(second);
        self.Refresh();
        var share = (self.TotalProcessorTime - spent).TotalSeconds / (Seconds - 1);
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Judges;
        GC.KeepAlive(judges);
        yield return Goal.AtMost("1,000 judges, a batch and a verdict a second: of one core", 5, 100 * share, " %");
        yield return Goal.AtMost("memory of a judge", 60, bytes / 1024.0, " KB");

        void Second(int second)
        {
            foreach (var judge in judges)
            {
                judge.Observe(batches[second]);
                judge.Assess(Start.AddSeconds(second + 1));
            }
        }
    }

    private static EvidenceBatch Batch(int second, LatencyCounts past)
    {
        // A second's worth of latencies, over as many buckets as a real one has.
        var latency = new LatencyCounts(past.Buckets, [.. past.Counts.Select(c => c / 400)]);
        SideCounts Side(string release, int n, int k) => SideCounts.None(release) with
        {
            Requests = n, Failures = k, Clients = n, ClientFailures = k, SpellClients = n, Latency = latency,
            Instances = [new($"{release}-1", n / 2, 0), new($"{release}-2", n - n / 2, k)],
        };
        return new(
            "n1", "b1", second + 1, "shop/production", 1, Start.AddSeconds(second),
            Side("stable", 47, second % 5 == 0 ? 1 : 0), Side("candidate", 25, second % 20 == 7 ? 1 : 0));
    }
}
