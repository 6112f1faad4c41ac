using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Headway.Server.Tests.Storage;

/// <summary>
/// Stands between a store and its PostgreSQL and cuts the connection when a word passes: before the database has seen
/// it, or after the database has answered it and before the store hears of that.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly string host;
    private readonly int port;
    private readonly CancellationTokenSource stop = new();
    private volatile Cut? next;

    public CuttingProxy(string host, int port)
    {
        (this.host, this.port) = (host, port);
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;
    public int Cuts { get; private set; }

    /// <param name="times">How many connections are cut at the word.</param>
    public void CutAt(string word, bool afterAnswer, int times = 1) =>
        next = new(Encoding.ASCII.GetBytes(word), afterAnswer, times);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var client = await listener.AcceptTcpClientAsync(stop.Token);
            _ = CarryAsync(client);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using var both = client;
        await server.ConnectAsync(host, port);
        var (near, far) = (client.GetStream(), server.GetStream());
        var answers = CopyAsync(far, near);
        var buffer = new byte[65_536];
        for (int read; (read = await near.ReadAsync(buffer)) > 0;)
        {
            if (next is { } cut && buffer.AsSpan(0, read).IndexOf(cut.Word) >= 0)
            {
                next = cut.Times > 1 ? cut with { Times = cut.Times - 1 } : null;
                Cuts++;
                if (cut.AfterAnswer)
                {
                    // The answer is taken from the database and never handed on.
                    client.Close();
                    await far.WriteAsync(buffer.AsMemory(0, read));
                    await answers.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(120));
                }
                return;
            }
            await far.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[65_536];
        for (int read; (read = await from.ReadAsync(buffer)) > 0;) await to.WriteAsync(buffer.AsMemory(0, read));
    }

    private sealed record Cut(byte[] Word, bool AfterAnswer, int Times);
}
