using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Explanations;

namespace Headway.Simulation.Replay;

/// <summary>
/// Latencies as a service has had them; the candidate's are longer by a factor. Counted in groups by the judge's own
/// thresholds, which is all that it looks at.
/// </summary>
public sealed class PastLatencies
{
    private readonly LatencyCounts past;
    private readonly (int Bucket, double Above)[] stable;
    private readonly int[] candidate;

    public PastLatencies(JudgeSettings settings, StableHistory history)
    {
        past = history.Latency;
        var reading = ExplanationRecording.ReadingOf(settings, history);
        int[] buckets = [.. new[] { reading.Thresholds.P50, reading.Thresholds.P90, reading.Thresholds.P99 }
            .OfType<int>().Distinct().Order()];
        stable = [.. buckets.Select(b => (b, Above(LatencyScale.UpperEdgeMilliseconds(b))))];
        candidate = [.. buckets.Select(
            b => LatencyThresholds.CandidateBucket(b, reading.Tolerance, reading.FeltMilliseconds))];
    }

    public LatencyCounts Stable(ref Chance chance, int successes) =>
        Split(ref chance, successes, [.. stable.Select(s => s.Bucket)], [.. stable.Select(s => s.Above)]);

    /// <param name="chance">Where the chance comes from.</param>
    /// <param name="successes">How many answers.</param>
    /// <param name="factor">All take longer by this.</param>
    public LatencyCounts Candidate(ref Chance chance, int successes, double factor) => Split(
        ref chance, successes, candidate,
        [.. candidate.Select(b => Above(LatencyScale.UpperEdgeMilliseconds(b) / factor))]);

    /// <summary>
    /// Share of the past that took longer; within a bucket latencies count as spread evenly on its scale.
    /// </summary>
    private double Above(double milliseconds)
    {
        var (total, sum) = ((double)past.Total, 0.0);
        if (total <= 0) return 0;
        var at = Math.Log(Math.Max(milliseconds,
            1e-6) / LatencyScale.FirstEdgeMilliseconds) / Math.Log(LatencyScale.Growth);
        for (var i = 0; i < past.Buckets.Length; i++)
            sum += past.Counts[i] * Math.Clamp(past.Buckets[i] - at, 0, 1);
        return sum / total;
    }

    private static LatencyCounts Split(ref Chance chance, int n, ReadOnlySpan<int> edges, ReadOnlySpan<double> above)
    {
        if (n <= 0 || edges.Length == 0) return LatencyCounts.Empty;
        var buckets = ImmutableArray.CreateBuilder<int>();
        var counts = ImmutableArray.CreateBuilder<int>();
        var (left, share) = (n, 1.0);
        for (var i = 0; i < edges.Length; i++)
        {
            var beyond = share > 0 ? chance.Binomial(left, Math.Min(above[i] / share, 1)) : 0;
            buckets.Add(edges[i]);
            counts.Add(left - beyond);
            (left, share) = (beyond, above[i]);
        }

        buckets.Add(LatencyScale.LastBucket);
        counts.Add(left);
        return new(buckets.ToImmutable(), counts.ToImmutable());
    }
}
