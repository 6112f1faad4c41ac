using System.Net;
using Headway.Core.Nodes;

namespace Headway.Node.Control;

/// <summary>The server says where it receives telemetry as it sees itself; a node may see it elsewhere.</summary>
internal static class TelemetryEndpoint
{
    /// <summary>Null when it cannot be reached from here: it listens on the loopback of another machine.</summary>
    public static TelemetryAt? From(Uri server, TelemetryAt? told)
    {
        if (told is null || !Uri.TryCreate(told.Endpoint, UriKind.Absolute, out var at)) return null;
        if (at.IsLoopback) return server.IsLoopback ? told : null;
        if (!IPAddress.TryParse(at.Host.Trim('[', ']'), out var address)
            || !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)) return told;
        return told with { Endpoint = new UriBuilder(at) { Host = server.Host }.Uri.ToString().TrimEnd('/') };
    }
}
