using System.Collections.Frozen;
using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Node.Gateway;

namespace Headway.Node.Instances;

/// <summary>What supervision needs to know of the gateway.</summary>
/// <param name="Reachable">It has answered lately, or there is none because there is nothing to serve.</param>
/// <param name="Given">Instances that it may give new requests to, by the last state that it took.</param>
internal sealed record GatewayView(
    bool Reachable, FrozenSet<string> Given, FrozenDictionary<string, EndpointSeen> Endpoints,
    ImmutableArray<RouteSeen> Routes)
{
    public static readonly GatewayView Nothing =
        new(true, FrozenSet<string>.Empty, FrozenDictionary<string, EndpointSeen>.Empty, []);

    /// <summary>Null as long as it may still get new ones, or nobody knows.</summary>
    public int? OpenOnLeaving(string instance) =>
        !Reachable || Given.Contains(instance) ? null : OpenOn(instance);

    public int OpenOn(string instance) => Endpoints.GetValueOrDefault(instance)?.OpenConnections ?? 0;

    public double RequestsOn(string instance) => Endpoints.GetValueOrDefault(instance)?.RequestsPerSecond ?? 0;
}
