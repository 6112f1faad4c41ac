using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Headway.Node.Tests.Gateway;

/// <summary>Gateways are replaced and shares change while clients with kept-alive connections watch every answer.</summary>
public sealed class HandoverLoadTests
{
    private static int Replacements => Environment.GetEnvironmentVariable("HEADWAY_SOAK") == "1" ? 20 : 3;

    [Fact]
    public async Task Replacing_the_gateway_and_changing_the_share_lose_no_request()
    {
        await using var first = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        await using var fresh = await Backend.StartAsync("r2");
        await first.PutAsync(first.Route("r1", "r2", 0.5), old.Endpoint(), fresh.Endpoint());
        using var enough = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 8).Select(i => KeepAskingAsync(first.Port, $"user-{i}", enough.Token)).ToList();
        var overHttp2 = KeepAskingOverHttp2Async(first.Url, enough.Token);
        var current = first;
        var retired = new List<RunningGateway>();
        for (var i = 0; i < Replacements; i++)
        {
            var successor = await current.SucceedAsync(o => o with { DrainWait = TimeSpan.FromMilliseconds(500) });
            await successor.PutAsync(
                successor.State(successor.Route("r1", "r2", (i + 1) * 0.04) with { Version = i + 2 }, old.Endpoint(), fresh.Endpoint())
                    with { Version = i + 100 });
            await current.Admin.PostAsync("/gateway/drain", null);
            await current.Ended;
            retired.Add(successor);
            current = successor;
        }
        await enough.CancelAsync();
        var counts = await Task.WhenAll([.. clients, overHttp2]);
        Assert.All(counts, count => Assert.InRange(count, 10, int.MaxValue));
        TestContext.Current.TestOutputHelper?.WriteLine($"{counts.Sum()} requests, {Replacements} replacements");
        foreach (var gateway in retired) await gateway.DisposeAsync();
    }

    /// <summary>Asks over one connection until it is told that it closes; every answer must be whole and good.</summary>
    private static async Task<int> KeepAskingAsync(int port, string user, CancellationToken enough)
    {
        var asked = 0;
        while (!enough.IsCancellationRequested)
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(IPAddress.Loopback, port, CancellationToken.None);
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            for (var open = true; open && !enough.IsCancellationRequested;)
            {
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    $"GET / HTTP/1.1\r\nHost: shop\r\nX-User-Id: {user}\r\n\r\n"), CancellationToken.None);
                open = await ReadAnswerAsync(reader);
                asked++;
            }
        }
        return asked;
    }

    private static async Task<int> KeepAskingOverHttp2Async(Uri url, CancellationToken enough)
    {
        using var client = new HttpClient();
        var asked = 0;
        for (; !enough.IsCancellationRequested; asked++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url)
            {
                Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var answer = await client.SendAsync(request, CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        return asked;
    }

    private static async Task<bool> ReadAnswerAsync(StreamReader reader)
    {
        var status = await reader.ReadLineAsync() ?? throw new IOException("The connection ended without an answer.");
        Assert.Equal("HTTP/1.1 200 OK", status);
        var (open, length, chunked) = (true, 0, false);
        while (await reader.ReadLineAsync() is { Length: > 0 } header)
        {
            if (header.Equals("Connection: close", StringComparison.OrdinalIgnoreCase)) open = false;
            if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) length = int.Parse(header[15..]);
            if (header.StartsWith("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) chunked = true;
        }
        if (chunked)
            while (await reader.ReadLineAsync() is { } line && line != "0") { }
        if (chunked) await reader.ReadLineAsync();
        else await reader.ReadBlockAsync(new char[length]);
        return open;
    }

    [Fact]
    public async Task A_web_socket_outlives_the_drain_until_its_limit_while_a_successor_serves()
    {
        await using var first = await RunningGateway.StartAsync(o => o with { DrainLimit = TimeSpan.FromSeconds(4) });
        await using var old = await Backend.StartAsync("r1");
        await first.PutAsync(first.Route("r1", null, 0), old.Endpoint());
        old.Act = http => http.WebSockets.IsWebSocketRequest ? Sockets.EchoAsync(http) : Task.CompletedTask;
        using var socket = await Sockets.OpenAsync(first.Port);
        Assert.Equal("before", await Sockets.EchoAsync(socket, "before"));
        await using var successor = await first.SucceedAsync();
        await first.Admin.PostAsync("/gateway/drain", null);
        using var client = new HttpClient();
        using (var answer = await client.GetAsync(successor.Url)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("draining", await Sockets.EchoAsync(socket, "draining"));
        Assert.False(first.Ended.IsCompleted);
        await first.Ended.WaitAsync(TimeSpan.FromSeconds(120));
        await Assert.ThrowsAnyAsync<Exception>(() => Sockets.EchoAsync(socket, "after"));
        using (var answer = await client.GetAsync(successor.Url)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
