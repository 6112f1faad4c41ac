using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Headway.Node.Tests.Probes;

/// <summary>A server of raw sockets that does with each connection what the test says, after it has read the request.</summary>
internal sealed class RudePeer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;

    public RudePeer(Func<NetworkStream, string, CancellationToken, Task> answer)
    {
        listener.Start(64);
        accepting = AcceptAsync(answer);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    public List<string> Asked { get; } = [];

    public long BytesTaken { get; private set; }

    /// <summary>Writes and notes how much the other end took before it went away.</summary>
    public async Task WriteAsync(NetworkStream stream, ReadOnlyMemory<byte> bytes, CancellationToken end)
    {
        await stream.WriteAsync(bytes, end);
        BytesTaken += bytes.Length;
    }

    public static Task SayAsync(NetworkStream stream, string text, CancellationToken end) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(text), end).AsTask();

    public static string Answer(string body, int status = 200, string headers = "") =>
        $"HTTP/1.1 {status} X\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, string, CancellationToken, Task> answer)
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token), answer);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, Func<NetworkStream, string, CancellationToken, Task> answer)
    {
        using (client)
            try
            {
                var stream = client.GetStream();
                var buffer = new byte[16 * 1024];
                while (true)
                {
                    var (filled, request) = (0, "");
                    while (!IsWhole(request))
                    {
                        var read = await stream.ReadAsync(buffer.AsMemory(filled), stop.Token);
                        if (read == 0) return;
                        request = Encoding.UTF8.GetString(buffer, 0, filled += read);
                    }
                    lock (Asked) Asked.Add(request);
                    await answer(stream, request, stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The other end has gone, as it should.
            }
    }

    private static bool IsWhole(string request)
    {
        var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0) return false;
        var length = request.Split("\r\n").FirstOrDefault(
            line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
        return length is null || Encoding.UTF8.GetByteCount(request[(head + 4)..]) >= int.Parse(length.Split(':')[1]);
    }
}
