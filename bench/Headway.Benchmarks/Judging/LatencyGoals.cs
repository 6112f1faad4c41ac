using Headway.Simulation.Replay;

namespace Headway.Benchmarks.Judging;

/// <summary>J6: releases that fail nobody and are slow.</summary>
internal static class LatencyGoals
{
    public static IEnumerable<Goal> Measure(TestBed bed)
    {
        yield return Median(bed, "J6 latency x2, R >= 50, median detection", 10, [50, 500, 5000], w => w with { Slower = 2 });
        yield return Median(bed, "J6 latency x1.3, R >= 50", 60, [50, 500, 5000], w => w with { Slower = 1.3 });
        yield return Median(bed, "J6 latency x1.1, R >= 500", 130, [500, 5000], w => w with { Slower = 1.1 });
        yield return Median(bed, "J6 p99 only, 1 to 4 %, R >= 500", 90, [500, 5000], w => w with { VerySlow = 0.03 });
        yield return Median(bed, "J6 p99 only, 1 to 4 %, R 50", 180, [50], w => w with { VerySlow = 0.03 });
    }

    private static Goal Median(TestBed bed, string name, double bar, double[] traffic, Func<World, World> slow)
    {
        var medians = traffic.Select(rps =>
            bed.Ours(slow(new(rps, 0.001))).Select(r => (double?)r.RolledBackAt).Quantile(0.5)).ToList();
        return Goal.AtMost(name, bar, medians.Max(), " s", string.Join(", ", medians));
    }
}
