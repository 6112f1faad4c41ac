using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;

namespace Headway.Simulation.Replay;

/// <summary>
/// Log-normal latencies of stable; the candidate's are longer by a factor, or a part of them is very slow. Counted in
/// four groups by the judge's own thresholds, which is all that it looks at.
/// </summary>
public sealed class Latencies
{
    private const double MedianMilliseconds = 100, Sigma = 0.5;

    private readonly int[] stableBuckets;
    private readonly int[] candidateBuckets;
    private readonly double[] stableAbove;

    public Latencies(JudgeSettings settings)
    {
        Past = History();
        var thresholds = LatencyThresholds.Of(Past);
        stableBuckets = [thresholds.P50!.Value, thresholds.P90!.Value, thresholds.P99!.Value];
        candidateBuckets = [.. stableBuckets.Select(
            b => LatencyThresholds.CandidateBucket(b, LatencyScale.Growth - 1, settings.FeltMilliseconds))];
        stableAbove = [.. stableBuckets.Select(b => Above(LatencyScale.UpperEdgeMilliseconds(b), 1))];
    }

    public LatencyCounts Past { get; }

    public LatencyCounts Stable(ref Chance chance, int successes) =>
        Split(ref chance, successes, stableBuckets, stableAbove);

    /// <param name="chance">Where the chance comes from.</param>
    /// <param name="successes">How many answers.</param>
    /// <param name="factor">All are longer by this.</param>
    /// <param name="verySlow">Share of answers that are ten times longer, besides.</param>
    public LatencyCounts Candidate(ref Chance chance, int successes, double factor, double verySlow)
    {
        Span<double> above = stackalloc double[3];
        for (var i = 0; i < 3; i++)
        {
            var edge = LatencyScale.UpperEdgeMilliseconds(candidateBuckets[i]);
            above[i] = (1 - verySlow) * Above(edge, factor) + verySlow * Above(edge, 10 * factor);
        }

        return Split(ref chance, successes, candidateBuckets, above);
    }

    private static LatencyCounts Split(ref Chance chance, int n, int[] buckets, ReadOnlySpan<double> above)
    {
        if (n == 0) return LatencyCounts.Empty;
        var beyond50 = chance.Binomial(n, above[0]);
        var beyond90 = chance.Binomial(beyond50, above[1] / above[0]);
        var beyond99 = chance.Binomial(beyond90, above[2] / above[1]);
        var counts = ImmutableArray.Create(n - beyond50, beyond50 - beyond90, beyond90 - beyond99, beyond99);
        return new([.. buckets, LatencyScale.LastBucket], counts);
    }

    private static LatencyCounts History()
    {
        // Ten minutes at 50 requests/s.
        const int total = 30_000;
        var (buckets, counts) = (new List<int>(), new List<int>());
        for (var b = 0; b <= LatencyScale.LastBucket; b++)
        {
            var low = b == 0 ? 1 : Above(LatencyScale.UpperEdgeMilliseconds(b - 1), 1);
            var count = (int)Math.Round(total * (low - Above(LatencyScale.UpperEdgeMilliseconds(b), 1)));
            if (count == 0) continue;
            buckets.Add(b);
            counts.Add(count);
        }

        return new([.. buckets], [.. counts]);
    }

    private static double Above(double milliseconds, double factor) =>
        Normal.Above(Math.Log(milliseconds / (MedianMilliseconds * factor)) / Sigma);
}

public static class Normal
{
    /// <summary>P(Z > z), by the rational approximation 26.2.17 of Abramowitz and Stegun (error below 1e-7).</summary>
    public static double Above(double z)
    {
        if (z < 0) return 1 - Above(-z);
        var t = 1 / (1 + 0.2316419 * z);
        var poly = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return poly * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
    }
}
