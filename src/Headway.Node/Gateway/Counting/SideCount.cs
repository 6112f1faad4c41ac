using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Node.Gateway.Routing;

namespace Headway.Node.Gateway.Counting;

/// <summary>Sums of one side of a tick while it is counted.</summary>
internal sealed class SideCount
{
    private const string NoInstance = "none";
    private readonly int[] latency = new int[LatencyScale.LastBucket + 1];
    private readonly int[] routeRequests = new int[RouteNames.Most];
    private readonly int[] routeFailures = new int[RouteNames.Most];
    private readonly int[] routeClients = new int[RouteNames.Most];
    private readonly int[] routeClientFailures = new int[RouteNames.Most];
    private readonly Dictionary<string, (int Clients, int Failures)> instances = [];
    private int refused, cancelled, clients, clientFailures, clientsRefused, refusalClients, unfinished;

    public int Requests { get; private set; }
    public int Failures { get; private set; }
    public int ClientSpells { get; set; }
    public int SpellClients { get; set; }

    public void Count(RequestEnd end, byte route, bool known)
    {
        Requests++;
        routeRequests[route]++;
        if (end.IsFailure())
        {
            Failures++;
            routeFailures[route]++;
        }
        else if (end == RequestEnd.Refused || (end == RequestEnd.Unrecognised && known)) refused++;
        else if (end == RequestEnd.Cancelled) cancelled++;
    }

    /// <param name="bucket">Of the first request when it succeeded in time, else -1.</param>
    /// <param name="end">How the first request counts.</param>
    /// <param name="at">How it stood when the tick was closed.</param>
    public void CountLatency(int bucket, RequestEnd end, RequestEnd at)
    {
        if (bucket >= 0) latency[bucket]++;
        else if (at is RequestEnd.Open or RequestEnd.Begun
            || end is RequestEnd.Cancelled or RequestEnd.TimedOut or RequestEnd.Late) unfinished++;
    }

    public void CountTrial(Trial trial, TrialSeen seen)
    {
        clients++;
        if (seen.Failed) clientFailures++;
        var served = (trial.FailedOn ?? trial.Instance)?.Id ?? NoInstance;
        var (count, failures) = instances.GetValueOrDefault(served);
        instances[served] = (count + 1, failures + (seen.Failed ? 1 : 0));
    }

    /// <summary>A client at risk asked for a route, and failed there or did not.</summary>
    public void CountRouteTrial(byte route, bool failed)
    {
        routeClients[route]++;
        if (failed) routeClientFailures[route]++;
    }

    public void CountRefusalTrial(TrialSeen seen)
    {
        refusalClients++;
        if (seen is { Refused: true, Failed: false }) clientsRefused++;
    }

    public SideCounts ToCounts(string release, RouteNames names, int mostRoutes) => new(
        release, Requests, Failures, refused, cancelled, clients, clientFailures, clientsRefused, ClientSpells,
        Latency(), unfinished,
        [.. instances.OrderBy(i => i.Key, StringComparer.Ordinal)
            .Select(i => new InstanceCounts(i.Key, i.Value.Clients, i.Value.Failures))],
        Routes(names, mostRoutes))
    {
        SpellClients = SpellClients,
        RefusalClients = refusalClients,
    };

    private LatencyCounts Latency()
    {
        var used = Enumerable.Range(0, latency.Length).Where(bucket => latency[bucket] > 0).ToArray();
        return used.Length == 0 ? LatencyCounts.Empty : new([.. used], [.. used.Select(bucket => latency[bucket])]);
    }

    private ImmutableArray<RouteCounts> Routes(RouteNames names, int most)
    {
        var busiest = Enumerable.Range(1, RouteNames.Most - 1).Where(route => routeRequests[route] > 0)
            .OrderByDescending(route => routeRequests[route]).ThenBy(route => route).ToArray();
        var rest = Of(RouteNames.Rest);
        foreach (var route in busiest.Skip(most).Select(Of))
            rest = rest with
            {
                Requests = rest.Requests + route.Requests, Failures = rest.Failures + route.Failures,
                Clients = rest.Clients + route.Clients, ClientFailures = rest.ClientFailures + route.ClientFailures,
            };
        var counts = busiest.Take(most).Select(Of);
        return rest.Requests == 0 ? [.. counts] : [.. counts, rest];

        RouteCounts Of(int route) => new(names.NameOf((byte)route), routeRequests[route], routeFailures[route])
        {
            Clients = routeClients[route], ClientFailures = routeClientFailures[route],
        };
    }
}
