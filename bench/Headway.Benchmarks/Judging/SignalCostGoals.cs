using System.Diagnostics;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Signals;
using Headway.Simulation.Replay;

namespace Headway.Benchmarks.Judging;

/// <summary>
/// What judging a thousand rollouts by twelve further signals costs, each looked at and assessed every second: eight
/// gauges with three instances a side, two limits, two counters. Judged for five minutes of their time, so that every
/// history is full.
/// </summary>
internal static class SignalCostGoals
{
    private const int Rollouts = 1000, Signals = 12, Warm = 300, Measured = 20;
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly Comparison Sides = new("shop/production", "stable", "candidate");

    public static IEnumerable<Goal> Measure()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var judges = Enumerable.Range(0, Rollouts * Signals).Select(i => Judge(i % Signals)).ToArray();
        for (var second = 0; second < Warm; second++) Second(second);
        using var self = Process.GetCurrentProcess();
        self.Refresh();
        var spent = self.TotalProcessorTime;
        for (var second = Warm; second < Warm + Measured; second++) Second(second);
        self.Refresh();
        var share = (self.TotalProcessorTime - spent).TotalSeconds / Measured;
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / judges.Length;
        GC.KeepAlive(judges);
        yield return Goal.AtMost("1,000 rollouts with 12 signals, looked at and judged every second: of one core", 100,
            100 * share, " %");
        yield return Goal.AtMost("memory of the judge of a signal", 40, bytes / 1024.0, " KB");

        void Second(int second)
        {
            // The samples are made once for all rollouts: making them is no part of judging.
            var samples = Enumerable.Range(0, Signals).Select(i => Sample(i, second)).ToArray();
            for (var i = 0; i < judges.Length; i++)
            {
                judges[i].Observe(samples[i % Signals]);
                judges[i].Assess(Start.AddSeconds(second + 1));
            }
        }
    }

    private static SignalJudge Judge(int signal)
    {
        SignalTest test = signal switch
        {
            < 8 => new SignalTest.Gauge(Worse.Higher, 0.25),
            < 10 => new SignalTest.Limit(null, 10),
            _ => new SignalTest.Counts(),
        };
        var spec = new SignalSpec($"s{signal}", new SignalSource.Instances(InstanceMeasure.Memory), test);
        var judge = new SignalJudge(spec, new(), Sides, 0.01 / Signals);
        judge.StepStarted(new(Start, 0.5, 1, TimeSpan.Zero));
        return judge;
    }

    private static SignalSample Sample(int signal, int second)
    {
        var chance = new Chance(signal, second);
        SideReading Side(string release) => signal >= 10
            ? SideReading.Counted(release, 50, chance.Below(2))
            : SideReading.Read(release, [1 + chance.Uniform(), 1 + chance.Uniform(), 1 + chance.Uniform()]);
        return new(Sides.Lane, $"s{signal}", "o", second + 1, Start.AddSeconds(second), Side("stable"), Side("candidate"));
    }
}
