using System.Collections.Frozen;
using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Node.Gateway.Counting;

namespace Headway.Node.Gateway.Routing;

/// <summary>All lanes by port, swapped whole when control puts a new state.</summary>
internal sealed class GatewayRoutes(TickClock clock, EvidenceMaker maker)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string, string, string), Instance> instances = [];
    private readonly Dictionary<string, Lane> lanes = [];
    private ImmutableArray<string> refusals = [];
    private FrozenDictionary<int, Lane> byPort = FrozenDictionary<int, Lane>.Empty;
    private GatewayState? state;

    public Shadows.ShadowDesk? Shadows { get; init; }

    public Lane? ByPort(int port) => Volatile.Read(ref byPort).GetValueOrDefault(port);

    public GatewayState? State => Volatile.Read(ref state);

    public ImmutableArray<Lane> Lanes
    {
        get { lock (gate) return [.. lanes.Values]; }
    }

    public ImmutableArray<Instance> Instances
    {
        get { lock (gate) return [.. instances.Values]; }
    }

    /// <summary>Puts a state in force; false when a newer one is in force already.</summary>
    public bool Apply(GatewayState next, IReadOnlyList<LaneKept> kept)
    {
        lock (gate)
        {
            if (state is { } held && (next.Epoch, next.Version).CompareTo((held.Epoch, held.Version)) < 0) return false;
            var ready = Ready(next.Endpoints);
            var refused = new List<string>();
            foreach (var wanted in next.Routes)
            {
                if (!lanes.TryGetValue(wanted.Lane, out var lane))
                    lanes.Add(wanted.Lane, lane = new(wanted.Lane, maker.For(wanted.Lane))
                    {
                        Shadow = Shadows?.For(wanted.Lane),
                    });
                var refusal = lane.Obey(wanted, [.. ready[wanted.Lane]], kept.FirstOrDefault(k => k.Lane == wanted.Lane));
                if (refusal is not null) refused.Add(refusal);
            }
            foreach (var gone in lanes.Keys.Except(next.Routes.Select(route => route.Lane)).ToList()) lanes.Remove(gone);
            byPort = ByPort(refused);
            refusals = [.. refused];
            state = next;
            return true;
        }
    }

    private FrozenDictionary<int, Lane> ByPort(List<string> problems)
    {
        var ports = new Dictionary<int, Lane>();
        foreach (var lane in lanes.Values.OrderBy(lane => lane.Name, StringComparer.Ordinal))
        {
            var port = lane.Route!.Wanted.Listen;
            if (!ports.TryAdd(port, lane))
                problems.Add($"{lane.Name}: port {port} is served for {ports[port].Name} already; give it another one.");
        }
        return ports.ToFrozenDictionary();
    }

    private ILookup<string, Instance> Ready(ImmutableArray<InstanceEndpoint> endpoints)
    {
        var named = new HashSet<(string, string, string)>();
        var ready = new List<Instance>();
        foreach (var endpoint in endpoints)
        {
            var key = (endpoint.Lane, endpoint.Instance, endpoint.Address);
            named.Add(key);
            if (!instances.TryGetValue(key, out var instance))
                instances.Add(key, instance = new(endpoint, clock));
            if (endpoint.Ready) ready.Add(instance);
        }
        foreach (var key in instances.Keys.Where(key => !named.Contains(key) && instances[key].Open == 0).ToList())
            instances.Remove(key);
        return ready.ToLookup(instance => instance.Lane);
    }

    public ImmutableArray<string> Problems()
    {
        var problems = new List<string>(refusals);
        foreach (var lane in Lanes)
        {
            if (lane.Route is not { } route) continue;
            if (route.IsExposed && route.Candidate.IsEmpty)
                problems.Add($"{lane.Name}: no instance of candidate {route.Wanted.Candidate} is ready; stable serves its share.");
            // At the end of a rollout everyone is on the candidate while stable is being stopped: nobody misses it.
            if (route.Wanted.Stable is not null && route.Stable.IsEmpty
                && route.InForce is not Exposure.Fraction { Share: >= 1 })
                problems.Add($"{lane.Name}: no instance of stable {route.Wanted.Stable} is ready; its users get 503.");
            if (route.Mirror is not null && route.Candidate.IsEmpty)
                problems.Add($"{lane.Name}: no instance of candidate {route.Wanted.Candidate} is ready; nothing is copied to it.");
            if (route.Wanted.To is not (Exposure.Fraction or Exposure.Mirror))
                problems.Add($"{lane.Name}: this gateway splits by fraction only; the candidate is given to nobody.");
        }
        return [.. problems];
    }
}
