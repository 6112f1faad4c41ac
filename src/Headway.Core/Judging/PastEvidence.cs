using Headway.Core.Evidence;

namespace Headway.Core.Judging;

/// <summary>What is known of stable before a rollout begins, from the batches that were kept.</summary>
public static class PastEvidence
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(5);
    private const int MostRoutes = 500;
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(2);

    /// <summary>Sums up the past of a release, on whichever side it served; batches kept twice count once.</summary>
    /// <param name="batches">As a rule those of the last ten minutes.</param>
    /// <param name="stable">The release that is stable now; null takes the stable side as it is.</param>
    public static StableHistory HistoryOf(IEnumerable<EvidenceBatch> batches, string? stable = null)
    {
        long trials = 0, failures = 0, refused = 0, requests = 0, requestFailures = 0, all = 0;
        var clients = 0;
        var latency = new SortedDictionary<int, int>();
        var instances = new HashSet<string>();
        var routes = new Dictionary<string, RouteCounts>(StringComparer.Ordinal);
        DateTimeOffset? first = null, last = null;
        foreach (var batch in batches.DistinctBy(b => (b.Node, b.Boot, b.Sequence)))
        {
            all += batch.Stable.Requests + (batch.Candidate?.Requests ?? 0);
            if (first is null || batch.Second < first) first = batch.Second;
            if (last is null || batch.Second > last) last = batch.Second;
            if (SideOf(batch, stable) is not { } side) continue;
            trials += side.Clients;
            failures += Math.Min(side.ClientFailures, side.Clients);
            refused += Math.Min(side.ClientsRefused, side.RefusalClients);
            requests += side.Requests;
            requestFailures += Math.Min(side.Failures, side.Requests);
            clients = Math.Max(clients, Math.Max(side.SpellClients, side.Clients));
            if (!side.Instances.IsDefaultOrEmpty) instances.UnionWith(side.Instances.Select(i => i.Instance));
            Add(latency, side);
            Add(routes, side);
        }

        var seconds = first is null ? 0 : (last!.Value - first.Value).TotalSeconds + 1;
        var counts = new LatencyCounts([.. latency.Keys], [.. latency.Values]);
        return new(trials, failures, refused, clients, counts, seconds > 0 ? all / seconds : 0)
        {
            Requests = requests, RequestFailures = requestFailures, Instances = instances.Count,
            Routes = routes.Count == 0 ? [] : [.. routes.Values],
        };
    }

    /// <summary>
    /// How long after its second a batch is closed: stable's p99.9, at least 1 s and at most 5 s, fixed for a rollout.
    /// Waiting for the slow is what keeps quick failures from being counted before slow successes.
    /// </summary>
    public static TimeSpan DelayOf(StableHistory history)
    {
        var total = history.Latency.Total;
        if (total < LatencyThresholds.LeastForTail) return Unknown;
        var bucket = LatencyThresholds.QuantileBucket(history.Latency, total, 0.999);
        var delay = TimeSpan.FromMilliseconds(LatencyScale.UpperEdgeMilliseconds(bucket));
        return delay < Shortest ? Shortest : delay > Longest ? Longest : delay;
    }

    private static SideCounts? SideOf(EvidenceBatch batch, string? stable)
    {
        if (stable is null || batch.Stable.Release == stable) return batch.Stable;
        return batch.Candidate?.Release == stable ? batch.Candidate : null;
    }

    private static void Add(Dictionary<string, RouteCounts> routes, SideCounts side)
    {
        if (side.Routes.IsDefaultOrEmpty) return;
        foreach (var route in side.Routes)
        {
            if (!routes.TryGetValue(route.Route, out var sum) && routes.Count >= MostRoutes) continue;
            sum ??= new(route.Route, 0, 0);
            routes[route.Route] = new(route.Route, sum.Requests + route.Requests, sum.Failures + route.Failures)
            {
                Clients = sum.Clients + route.Clients,
                ClientFailures = sum.ClientFailures + Math.Min(route.ClientFailures, route.Clients),
            };
        }
    }

    private static void Add(SortedDictionary<int, int> latency, SideCounts side)
    {
        for (var i = 0; i < side.Latency.Buckets.Length; i++)
        {
            var bucket = side.Latency.Buckets[i];
            latency[bucket] = latency.GetValueOrDefault(bucket) + side.Latency.Counts[i];
        }

        if (side.Unfinished > 0)
            latency[LatencyScale.LastBucket] = latency.GetValueOrDefault(LatencyScale.LastBucket) + side.Unfinished;
    }
}
