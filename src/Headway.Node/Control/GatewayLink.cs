using System.Net.Http.Json;
using System.Net.Sockets;
using Headway.Core;
using Headway.Node.Gateway;

namespace Headway.Node.Control;

/// <summary>The admin API of one gateway process, over its Unix socket.</summary>
internal sealed class GatewayLink(string adminSocket) : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, stop) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(adminSocket), stop);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { BaseAddress = new Uri("http://gateway/"), Timeout = AnswerLimit };

    /// <summary>Puts the whole state in force and answers what the gateway does from then on.</summary>
    public async Task<GatewaySeen> PutAsync(GatewayState state, CancellationToken stop)
    {
        using var put = await _http.PutAsJsonAsync("state", state, Wire.Json, stop);
        put.EnsureSuccessStatusCode();
        return await _http.GetFromJsonAsync<GatewaySeen>("seen", Wire.Json, stop)
            ?? throw new HttpRequestException("The gateway said nothing.");
    }

    public void Dispose() => _http.Dispose();
}
