using Headway.Core.Evidence;

namespace Headway.Core.Judging;

/// <summary>
/// The latencies beyond which a success counts as slow, as buckets of <see cref="LatencyScale"/>: stable's own
/// quantiles before the rollout, frozen for it. A wrong threshold costs power only.
/// </summary>
/// <param name="P50">Slow is above this bucket's upper edge; null when too few latencies are known.</param>
public sealed record LatencyThresholds(int? P50, int? P90, int? P99)
{
    /// <summary>Below this many past successes a 99th percentile is a guess.</summary>
    public const int LeastForTail = 1000;

    public const int LeastForMiddle = 100;

    public static LatencyThresholds Of(LatencyCounts past)
    {
        var total = past.Total;
        if (total < LeastForMiddle) return new(null, null, null);
        return new(
            Nearest(past, total, 0.50), Nearest(past, total, 0.90),
            total >= LeastForTail ? Nearest(past, total, 0.99) : null);
    }

    public int? Of(Metric metric) => metric switch
    {
        Metric.P50 => P50,
        Metric.P90 => P90,
        Metric.P99 => P99,
        _ => null,
    };

    /// <summary>
    /// The candidate's threshold: d = 5 % above stable's (one bucket), more where instances of one release differ
    /// among themselves, and never so near that the difference could not be felt.
    /// </summary>
    /// <param name="stableBucket">Stable's threshold.</param>
    /// <param name="tolerance">d: 0.05, or <see cref="Tolerance"/> of the instances.</param>
    /// <param name="feltMilliseconds">Differences below this are nobody's concern.</param>
    public static int CandidateBucket(int stableBucket, double tolerance, double feltMilliseconds)
    {
        var edge = LatencyScale.UpperEdgeMilliseconds(stableBucket);
        var wanted = Math.Max(edge * (1 + tolerance), edge + feltMilliseconds);
        return Math.Max(LatencyScale.BucketOf(wanted), Math.Min(stableBucket + 1, LatencyScale.LastBucket));
    }

    /// <param name="spread">Standard deviation of ln p90 between stable's instances.</param>
    public static double Tolerance(double spread, int candidateInstances, int stableInstances) =>
        LatencyScale.Growth * Math.Exp(2.33 * spread
            * Math.Sqrt(1.0 / Math.Max(candidateInstances, 1) + 1.0 / Math.Max(stableInstances, 1))) - 1;

    /// <summary>The bucket that leaves nearest to 1 - q of the latencies above it.</summary>
    private static int Nearest(LatencyCounts counts, int total, double q)
    {
        var bucket = QuantileBucket(counts, total, q);
        var below = counts.Above(bucket - 1) / (double)total;
        var at = counts.Above(bucket) / (double)total;
        return bucket > 0 && below < 1 && at > 0 && below / (1 - q) < (1 - q) / at ? bucket - 1 : bucket;
    }

    /// <summary>The lowest bucket that leaves at most 1 - q of the latencies above it.</summary>
    public static int QuantileBucket(LatencyCounts counts, int total, double q)
    {
        var below = 0L;
        for (var i = 0; i < counts.Buckets.Length; i++)
        {
            below += counts.Counts[i];
            if (below >= q * total) return counts.Buckets[i];
        }

        return LatencyScale.LastBucket;
    }
}
