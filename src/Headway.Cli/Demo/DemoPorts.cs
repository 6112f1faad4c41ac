using System.Net;
using System.Net.Sockets;

namespace Headway.Cli.Demo;

/// <param name="Otlp">Options of the server that say where telemetry is received.</param>
internal sealed record DemoPorts(int Server, int Staging, int Production, string[] Otlp)
{
    public static DemoPorts From(int? first, params string[] otlp)
    {
        if (first is { } port) return new(port, port + 1, port + 2, otlp);
        // All three are held at once, so that they differ.
        var listeners = Enumerable.Range(0, 3).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners) listener.Start();
        var free = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToList();
        foreach (var listener in listeners) listener.Dispose();
        return new(free[0], free[1], free[2], otlp);
    }
}
