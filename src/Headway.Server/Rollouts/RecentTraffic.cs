using System.Collections.Concurrent;
using Headway.Core.Evidence;

namespace Headway.Server.Rollouts;

/// <summary>The last seconds of each lane's evidence, for people; decisions read the store.</summary>
public sealed class RecentTraffic
{
    private const int Kept = 240;
    private readonly ConcurrentDictionary<string, LinkedList<EvidenceBatch>> _lanes = new();

    public void Add(EvidenceBatch batch)
    {
        var recent = _lanes.GetOrAdd(batch.Lane, _ => new());
        lock (recent)
        {
            recent.AddLast(batch);
            while (recent.Count > Kept) recent.RemoveFirst();
        }
    }

    /// <summary>Averages over the newest seconds there are.</summary>
    public TrafficView Of(string lane, int seconds = 10)
    {
        if (!_lanes.TryGetValue(lane, out var recent)) return TrafficView.None;
        EvidenceBatch[] batches;
        lock (recent) batches = [.. recent];
        if (batches.Length == 0) return TrafficView.None;
        var newest = batches.Max(b => b.Second);
        var window = batches.Where(b => b.Second > newest.AddSeconds(-seconds)).ToArray();
        double Rate(Func<EvidenceBatch, int> count) => window.Sum(count) / (double)seconds;
        return new(newest,
            Rate(b => b.Stable.Requests), Rate(b => b.Stable.Failures),
            Rate(b => b.Candidate?.Requests ?? 0), Rate(b => b.Candidate?.Failures ?? 0),
            Percentile(window.Select(b => b.Stable.Latency), 0.99),
            Percentile(window.Where(b => b.Candidate is not null).Select(b => b.Candidate!.Latency), 0.99));
    }

    private static double? Percentile(IEnumerable<LatencyCounts> sides, double quantile)
    {
        var sum = sides.Aggregate(LatencyCounts.Empty, (a, b) => a.Plus(b));
        if (sum.Total == 0) return null;
        var left = (int)Math.Ceiling(quantile * sum.Total);
        for (var i = 0; i < sum.Buckets.Length; i++)
            if ((left -= sum.Counts[i]) <= 0) return Math.Round(LatencyScale.UpperEdgeMilliseconds(sum.Buckets[i]), 2);
        return null;
    }
}

/// <summary>Requests and failures a second, and p99 in milliseconds, of both sides.</summary>
public sealed record TrafficView(
    DateTimeOffset? At, double StableRequests, double StableFailures, double CandidateRequests, double CandidateFailures,
    double? StableP99, double? CandidateP99)
{
    public static readonly TrafficView None = new(null, 0, 0, 0, 0, null, null);
}
