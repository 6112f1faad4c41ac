using Headway.Core.Evidence;

namespace Headway.Server.Telemetry.Own;

/// <summary>
/// What users of each release felt, added up since the server started, as counters have it. A lane keeps the releases
/// that had traffic last.
/// </summary>
public sealed class TrafficTotals
{
    private const int ReleasesOfLane = 8;
    private static readonly double[] Edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<SideTotal>> _lanes = [];

    public void Add(EvidenceBatch batch)
    {
        lock (_gate)
        {
            Add(batch.Lane, "stable", batch.Stable);
            if (batch.Candidate is { } candidate) Add(batch.Lane, "candidate", candidate);
        }
    }

    internal IEnumerable<MetricFamily> Families()
    {
        var requests = new FamilyBuilder("headway_requests_total", MetricKind.Counter,
            "Requests of users that a gateway counted, by the release that answered them.");
        var failures = new FamilyBuilder("headway_failures_total", MetricKind.Counter,
            "Requests that failed: 5xx, 408, 429, resets, time-outs, truncated bodies and failing gRPC statuses.");
        var refused = new FamilyBuilder("headway_refused_total", MetricKind.Counter, "Requests answered with another 4xx.");
        var durations = new FamilyBuilder("headway_request_duration_seconds", MetricKind.Histogram,
            "How long successes took: one, the first, of each client and second.");
        lock (_gate)
        {
            foreach (var (lane, totals) in _lanes.OrderBy(l => l.Key, StringComparer.Ordinal))
            {
                foreach (var total in totals)
                {
                    var at = lane.LastIndexOf('/');
                    (string, string)[] labels =
                    [
                        ("service", lane[..at]), ("environment", lane[(at + 1)..]), ("release_id", total.Release), ("side", total.Side),
                    ];
                    requests.Add(total.Requests, labels);
                    failures.Add(total.Failures, labels);
                    refused.Add(total.Refused, labels);
                    durations.Add(total.Durations, labels);
                }
            }
        }
        return [requests.Family(), failures.Family(), refused.Family(), durations.Family()];
    }

    private void Add(string lane, string side, SideCounts counts)
    {
        if (!lane.Contains('/')) return;
        if (!_lanes.TryGetValue(lane, out var totals)) _lanes.Add(lane, totals = []);
        var total = totals.Find(t => t.Side == side && t.Release == counts.Release) ?? new(counts.Release, side);
        // The one with the newest traffic stands last, so that the first is the one to forget.
        totals.Remove(total);
        totals.Add(total);
        if (totals.Count > ReleasesOfLane) totals.RemoveAt(0);
        total.Requests += counts.Requests;
        total.Failures += counts.Failures;
        total.Refused += counts.Refused;
        for (var i = 0; i < counts.Latency.Buckets.Length; i++)
            total.Durations.Add(LatencyScale.UpperEdgeMilliseconds(counts.Latency.Buckets[i]) / 1000, counts.Latency.Counts[i]);
    }

    private sealed class SideTotal(string release, string side)
    {
        public string Release { get; } = release;
        public string Side { get; } = side;
        public long Requests { get; set; }
        public long Failures { get; set; }
        public long Refused { get; set; }
        public Histogram Durations { get; } = new(Edges);
    }
}
