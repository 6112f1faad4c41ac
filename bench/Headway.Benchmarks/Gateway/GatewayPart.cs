using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Headway.Core;
using Headway.Node.Gateway;
using Headway.Node.Gateway.Handover;

namespace Headway.Benchmarks.Gateway;

/// <summary>A gateway in a process of its own, with its sockets and its state.</summary>
internal sealed class GatewayPart : IDisposable
{
    private readonly ListeningSockets sockets;

    private GatewayPart(PartProcess process, ListeningSockets sockets) => (Process, this.sockets) = (process, sockets);

    public PartProcess Process { get; }

    public int Port => sockets.Ports.Single();

    /// <param name="folder">Its own; made when it is not there.</param>
    /// <param name="accessLog">Bytes of the access log, or 0.</param>
    /// <param name="state">What it serves by, given its port.</param>
    public static async Task<GatewayPart> StartAsync(
        string folder, int accessLog, Func<int, GatewayState> state, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var part = new GatewayPart(
            PartProcess.Self("gateway", folder, $"{accessLog}"), ListeningSockets.Bind(IPAddress.Loopback, [0]));
        try
        {
            await part.sockets.SendAsync(Path.Combine(folder, "handover"), stop);
            using var admin = new HttpClient(new SocketsHttpHandler
            {
                ConnectCallback = async (_, token) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(folder, "admin")), token);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            });
            using var answer = await admin.PutAsJsonAsync("http://gateway/gateway/state", state(part.Port), Wire.Json, stop);
            answer.EnsureSuccessStatusCode();
            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Process.Dispose();
        sockets.Dispose();
    }
}
