using System.Net;
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
        using var put = await _http.PutAsJsonAsync("gateway/state", state, Wire.Json, stop);
        if (put.StatusCode is HttpStatusCode.Conflict)
            throw new HttpRequestException($"it has a newer state ({await put.Content.ReadAsStringAsync(stop)})",
                null, put.StatusCode);
        put.EnsureSuccessStatusCode();
        return await put.Content.ReadFromJsonAsync<GatewaySeen>(Wire.Json, stop)
            ?? throw new HttpRequestException("The gateway said nothing.");
    }

    /// <summary>It closes idle connections, answers what is open, and ends.</summary>
    public async Task DrainAsync(CancellationToken stop)
    {
        using var answer = await _http.PostAsync("gateway/drain", null, stop);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();
}
