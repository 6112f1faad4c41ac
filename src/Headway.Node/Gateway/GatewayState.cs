using System.Collections.Immutable;
using Headway.Core.Nodes;

namespace Headway.Node.Gateway;

/// <summary>
/// Everything the gateway process serves by: the whole document each time, put by control over a Unix socket and kept
/// on disk, so that a gateway which starts alone serves at once.
/// </summary>
/// <param name="ServerHeardTicks">
/// <see cref="System.Environment.TickCount64"/> when control last heard the server; leases run from it.
/// </param>
/// <param name="HostBoot">Identity of the host's boot, since ticks start again with it.</param>
public sealed record GatewayState(
    long Epoch, long Version, long ServerHeardTicks, string HostBoot,
    ImmutableArray<RouteWanted> Routes, ImmutableArray<InstanceEndpoint> Endpoints);

/// <summary>Where an instance answers. Only ready ones get new requests.</summary>
public sealed record InstanceEndpoint(
    string Lane, string Release, string Instance, string Address, bool Ready, DateTimeOffset StartedAt);

/// <summary>What the gateway does now.</summary>
public sealed record GatewaySeen(
    string Boot, int Pid, long Epoch, long Version,
    ImmutableArray<RouteSeen> Routes, ImmutableArray<EndpointSeen> Endpoints, ImmutableArray<string> Problems);

/// <param name="RequestsPerSecond">Average over the last few seconds.</param>
public sealed record EndpointSeen(string Instance, int OpenConnections, double RequestsPerSecond, bool Ejected);
