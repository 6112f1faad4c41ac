using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Core.Judging.Routes;

/// <summary>Which part of stable's traffic the candidate has met, route by route.</summary>
/// <param name="Share">Part of stable's requests on routes that the candidate has met with enough requests.</param>
/// <param name="NotSeen">Routes that it has not, the busiest first; at most 10 by name.</param>
/// <param name="More">So many further ones.</param>
public sealed record RoutesMet(double Share, ImmutableArray<string> NotSeen, int More)
{
    public string Says => NotSeen.IsEmpty ? ""
        : $"not seen yet: {string.Join(", ", NotSeen)}{(More > 0 ? $" and {More} more" : "")} "
            + $"({(1 - Share) * 100:0.#} % of stable's traffic)";
}

/// <summary>
/// Counts requests by route on both sides: stable's past and present, the candidate's in this rollout. At most 500
/// routes are followed; those that come later belong to the rest.
/// </summary>
internal sealed class RouteCoverage
{
    /// <summary>Requests that the candidate must have had of a route.</summary>
    private const int Enough = 10;

    private const int Most = 500, MostNamed = 10;

    private readonly Dictionary<string, (long Stable, long Candidate)> routes = new(StringComparer.Ordinal);

    public RouteCoverage(ImmutableArray<RouteCounts> past) => Add(past, isCandidate: false);

    public void Observe(EvidenceBatch batch)
    {
        Add(batch.Stable.Routes, isCandidate: false);
        if (batch.Candidate is { } candidate) Add(candidate.Routes, isCandidate: true);
    }

    /// <summary>Null when routes are not counted.</summary>
    public RoutesMet? Now()
    {
        var all = routes.Values.Sum(r => r.Stable);
        if (all == 0) return null;
        var missing = routes.Where(r => r.Value is { Stable: > 0, Candidate: < Enough })
            .OrderByDescending(r => r.Value.Stable).ThenBy(r => r.Key, StringComparer.Ordinal).ToArray();
        return new(
            1 - missing.Sum(r => r.Value.Stable) / (double)all,
            [.. missing.Take(MostNamed).Select(r => r.Key)], Math.Max(missing.Length - MostNamed, 0));
    }

    private void Add(ImmutableArray<RouteCounts> counted, bool isCandidate)
    {
        if (counted.IsDefaultOrEmpty) return;
        foreach (var route in counted)
        {
            var name = routes.ContainsKey(route.Route) || routes.Count < Most ? route.Route : RouteTests.Rest;
            var (stable, candidate) = routes.GetValueOrDefault(name);
            routes[name] = isCandidate ? (stable, candidate + route.Requests) : (stable + route.Requests, candidate);
        }
    }
}
