using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Core.Judging.Routes;

/// <summary>
/// One sequential comparison for each route, so that a fault of a rare route is not drowned by the others. Stable's 50
/// busiest of the past have one each and share 0.7 of the evidence, all that is rare has one together, and those that
/// come new take what is left, each less than the one before. Which route has its own is settled by trials and never
/// by failures, so the weighted sum of the e-values is one.
/// </summary>
internal sealed class RouteTests
{
    public const string Rest = "*";

    private const int Most = 50, MostNodes = 64;
    private const double OfPast = 0.7, OfRest = 0.1;

    private readonly Dictionary<string, RouteTest> tests = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Node, string Boot), OpenRoutes> open = [];
    private readonly double ofNew;
    private int isNew;

    /// <param name="past">Stable's routes before the rollout.</param>
    public RouteTests(ImmutableArray<RouteCounts> past)
    {
        RouteCounts[] busiest = past.IsDefaultOrEmpty ? []
            : [.. past.Where(r => r.Route != Rest && r.Clients > 0).OrderByDescending(r => r.Clients)
                .ThenBy(r => r.Route, StringComparer.Ordinal).Take(Most)];
        foreach (var route in busiest) tests[route.Route] = new(route.Route, OfPast / busiest.Length, route);
        tests[Rest] = new(Rest, OfRest, null);
        ofNew = 1 - OfRest - (busiest.Length > 0 ? OfPast : 0);
    }

    /// <summary>Gateways count trials by route; settled by the first batch with requests.</summary>
    public bool? AreCounted { get; private set; }

    /// <summary>ln of the weighted sum.</summary>
    public double LogE
    {
        get
        {
            var (sum, weight) = (double.NegativeInfinity, 0.0);
            foreach (var test in tests.Values)
            {
                sum = LogSpace.Sum(sum, Math.Log(test.Weight) + test.LogE);
                weight += test.Weight;
            }

            return weight < 1 ? LogSpace.Sum(sum, Math.Log(1 - weight)) : sum;
        }
    }

    /// <summary>The route that says most against the candidate.</summary>
    public RouteTest Leading => tests.Values.MaxBy(t => Math.Log(t.Weight) + t.LogE)!;

    public void Observe(EvidenceBatch batch)
    {
        if (batch.Stable.Requests + (batch.Candidate?.Requests ?? 0) == 0) return;
        AreCounted ??= Clients(batch.Stable) + Clients(batch.Candidate) > 0;
        if (AreCounted == false) return;
        var here = OpenOf(batch);
        if (batch.RouteVersion < here.Version) return;
        if (batch.RouteVersion > here.Version) here.Restart(batch.RouteVersion);
        foreach (var (test, trials) in Read(batch))
            if (here.Add(test.Route, trials) is { IsJudgeable: true } closed) test.Apply(closed, batch.Second);
    }

    private OpenRoutes OpenOf(EvidenceBatch batch)
    {
        var key = (batch.Node, batch.Boot);
        if (open.TryGetValue(key, out var here)) return here;
        if (open.Count >= MostNodes) open.Remove(open.Keys.First());
        return open[key] = new(batch.RouteVersion);
    }

    private IEnumerable<(RouteTest Test, Trials Trials)> Read(EvidenceBatch batch)
    {
        var sums = new Dictionary<RouteTest, Trials>();
        Add(batch.Stable, r => new(0, 0, r.Clients, r.ClientFailures));
        if (batch.Candidate is { } candidate) Add(candidate, r => new(r.Clients, r.ClientFailures, 0, 0));
        return sums.Select(sum => (sum.Key, sum.Value));

        void Add(SideCounts side, Func<RouteCounts, Trials> read)
        {
            if (side.Routes.IsDefaultOrEmpty) return;
            foreach (var route in side.Routes)
            {
                if (route.Clients <= 0 || route.ClientFailures < 0 || route.ClientFailures > route.Clients) continue;
                var test = TestOf(route.Route);
                sums[test] = sums.GetValueOrDefault(test) + read(route);
            }
        }
    }

    private RouteTest TestOf(string route)
    {
        if (tests.TryGetValue(route, out var test)) return test;
        if (tests.Count > Most) return tests[Rest];
        isNew++;
        return tests[route] = new(route, ofNew * 6 / (Math.PI * Math.PI * isNew * isNew), null);
    }

    private static int Clients(SideCounts? side) =>
        side is null || side.Routes.IsDefaultOrEmpty ? 0 : side.Routes.Sum(r => r.Clients);

    /// <summary>What one gateway has counted under one version of the route since both sides were last seen.</summary>
    private sealed class OpenRoutes(long version)
    {
        private readonly Dictionary<string, Trials> waiting = new(StringComparer.Ordinal);

        public long Version { get; private set; } = version;

        public void Restart(long next)
        {
            Version = next;
            waiting.Clear();
        }

        public Trials Add(string route, in Trials trials)
        {
            var sum = waiting.GetValueOrDefault(route) + trials;
            if (sum.IsJudgeable) waiting.Remove(route);
            else waiting[route] = sum;
            return sum;
        }
    }
}
