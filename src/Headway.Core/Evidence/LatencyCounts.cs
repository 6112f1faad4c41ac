using System.Collections.Immutable;

namespace Headway.Core.Evidence;

/// <summary>Counts by bucket of <see cref="LatencyScale"/>, only those above zero, in order of bucket.</summary>
public sealed record LatencyCounts(ImmutableArray<int> Buckets, ImmutableArray<int> Counts)
{
    public static readonly LatencyCounts Empty = new([], []);

    public int Total => Counts.IsDefault ? 0 : Counts.Sum();

    /// <summary>How many were slower than the upper edge of a bucket.</summary>
    public int Above(int bucket)
    {
        var sum = 0;
        for (var i = 0; i < Buckets.Length; i++)
            if (Buckets[i] > bucket) sum += Counts[i];
        return sum;
    }

    public LatencyCounts Plus(LatencyCounts other)
    {
        var sum = new SortedDictionary<int, int>();
        foreach (var counts in new[] { this, other })
            for (var i = 0; i < counts.Buckets.Length; i++)
                sum[counts.Buckets[i]] = sum.GetValueOrDefault(counts.Buckets[i]) + counts.Counts[i];
        return new([.. sum.Keys], [.. sum.Values]);
    }
}
