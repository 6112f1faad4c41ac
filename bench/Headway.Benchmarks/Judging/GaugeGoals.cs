using Headway.Core.Evidence;
using Headway.Simulation.Replay;

namespace Headway.Benchmarks.Judging;

/// <summary>False alarms of gauges on releases that are the same, and how soon faults are found.</summary>
internal static class GaugeGoals
{
    private const int Looks = 360;
    private const double Alpha = 0.01;

    public static IEnumerable<Goal> Measure(int runs, string only)
    {
        foreach (var tolerance in new[] { 0.0, 0.25 })
        {
            var replay = new GaugeReplay(new(Worse.Higher, tolerance), Alpha);
            foreach (var world in Enum.GetValues<GaugeWorld>().Where(w => Is($"{w}", only)))
            {
                var alarms = Enumerable.Range(0, runs).Count(run => replay.Run(world, GaugeFault.None, Looks, run) is not null);
                yield return Goal.AtMost(
                    $"gauge, tolerance {100 * tolerance:0} %, {world}: false alarms in {Looks} looks", 100 * Alpha,
                    100.0 * alarms / runs, " %");
            }
        }

        foreach (var (name, world, fault, bar) in Faults.Where(f => Is($"{f.World}", only)))
        {
            var replay = new GaugeReplay(new(Worse.Higher, 0.25), Alpha);
            var found = Enumerable.Range(0, runs / 4).Select(run => replay.Run(world, fault, Looks, run) ?? 10_000)
                .Order().ToArray();
            var share = found.Count(look => look < 10_000) * 100.0 / found.Length;
            yield return Goal.AtMost(
                $"gauge, {name}: median look", bar, found[found.Length / 2] - fault.From, note: $"{share:0.#} % found");
        }
    }

    private static bool Is(string world, string only) => only.Length == 0 || world == only;

    private static readonly (string Name, GaugeWorld World, GaugeFault Fault, double Bar)[] Faults =
    [
        ("7 of 10 values 100 times worse", GaugeWorld.Noise, new(100, 0.7), 30),
        ("3 of 10 values 100 times worse", GaugeWorld.Noise, new(100, 0.3), 100),
        ("twice as high", GaugeWorld.Noise, new(2), 60),
        ("1.5 times as high", GaugeWorld.Noise, new(1.5), 150),
        ("twice as high, noise that remembers", GaugeWorld.Memory, new(2), 300),
        ("a leak of 2 % a look beside a constant", GaugeWorld.Constant, new(Growth: 0.02), 60),
        ("a leak of 2 % a look that has to pass stable's level, with warm-up", GaugeWorld.WarmUp, new(Growth: 0.02), 120),
        ("a leak of 2 % a look beside garbage collection", GaugeWorld.Sawtooth, new(Growth: 0.02), 200),
        ("a leak of 2 % a look from look 150 on", GaugeWorld.Walk, new(Growth: 0.02, From: 150), 150),
        ("twice as high under load that jumps", GaugeWorld.LoadSteps, new(2), 120),
        ("a queue that grows by 1 a look", GaugeWorld.Queue, new(Growth: 1), 200),
    ];
}
