using Headway.Node.Gateway.Handover;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Gateway;

/// <summary>The gateway process.</summary>
public static class GatewayProgram
{
    /// <summary>Serves until stopped, then drains. 0 when it ended as asked.</summary>
    public static Task<int> RunAsync(GatewayOptions options, CancellationToken stop) =>
        throw new NotImplementedException();
}
