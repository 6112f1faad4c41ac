using System.Collections.Immutable;
using Headway.Node.Instances;

namespace Headway.Node.Control;

/// <summary>Which gateway processes run, so that a restarted control finds them again.</summary>
internal sealed record GatewayRecord(GatewayRunning? Current, ImmutableArray<GatewayRunning> Retiring)
{
    public static readonly GatewayRecord Nobody = new(null, []);
}

/// <param name="AdminSocket">A successor has sockets of its own.</param>
internal sealed record GatewayRunning(ProcessIdentity Identity, string AdminSocket, string HandoverSocket);
