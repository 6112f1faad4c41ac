using System.Security.Cryptography;
using System.Text;
using Headway.Server.Access;
using Xunit;

namespace Headway.Server.Tests.Access;

/// <summary>Clients that send garbage, too much, or too slowly are turned away, and the server goes on.</summary>
public sealed class RudeClientTests
{
    [Fact]
    public async Task Garbage_is_refused()
    {
        await using var server = await RealServer.StartAsync();
        foreach (var text in new[] { "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001" })
        {
            var answer = await server.SendAsync(Encoding.Latin1.GetBytes(text + "\r\n\r\n"), andClose: true);
            Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4") || answer.StartsWith("HTTP/1.1 505"),
                $"{text} got {answer}");
        }
        for (var i = 0; i < 20; i++)
            Assert.DoesNotContain("HTTP/1.1 200",
                await server.SendAsync([.. RandomNumberGenerator.GetBytes(3000), .. "\r\n\r\n"u8], andClose: true));
        await StillServes(server);
    }

    [Fact]
    public async Task Huge_lines_headers_and_bodies_are_refused()
    {
        await using var server = await RealServer.StartAsync(new ServerLimits { BodyBytes = 10_000 });
        var line = await server.SendAsync(
            Encoding.ASCII.GetBytes($"GET /{new string('a', 100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 414", line);
        var header = await server.SendAsync(
            Encoding.ASCII.GetBytes(
                $"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: {new string('a', 100_000)}\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 431", header);
        var many = string.Concat(Enumerable.Range(0, 200).Select(i => $"X{i}: a\r\n"));
        Assert.StartsWith("HTTP/1.1 431",
            await server.SendAsync(Encoding.ASCII.GetBytes($"GET /healthz HTTP/1.1\r\nHost: localhost\r\n{many}\r\n")));
        using var client = server.Client(server.Admin);
        var body = await client.PostAsync("/api/v1/rollouts/1/pause", new ByteArrayContent(new byte[10_001]));
        Assert.Equal(413, (int)body.StatusCode);
        Assert.Equal(200, (int)(
            await client.PostAsync("/api/v1/rollouts/1/pause", new ByteArrayContent(new byte[10_000]))).StatusCode);
        await StillServes(server);
    }

    [Fact]
    public async Task Who_sends_headers_drop_by_drop_is_cut_off_while_others_are_served()
    {
        await using var server = await RealServer.StartAsync(
            new ServerLimits { HeadersWithin = TimeSpan.FromSeconds(1) });
        var slow = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            var stream = await server.ConnectAsync();
            await stream.WriteAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\n"u8.ToArray());
            return stream;
        }));
        await StillServes(server);
        var ended = await Task.WhenAll(slow.Select(DripUntilClosedAsync)).WaitAsync(TimeSpan.FromSeconds(120));
        Assert.All(ended, Assert.True);
        foreach (var stream in slow) await stream.DisposeAsync();
        await StillServes(server);
    }

    [Fact]
    public async Task More_connections_than_allowed_are_closed_and_the_allowed_ones_served()
    {
        await using var server = await RealServer.StartAsync(new ServerLimits { Connections = 5 });
        await using var kept = await server.ConnectAsync();
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(kept));
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.ConnectAsync()));
        var answers = await Task.WhenAll(others.Select(AskAsync));
        Assert.Equal(4, answers.Count(answer => answer.StartsWith("HTTP/1.1 200")));
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(kept));
        foreach (var other in others) await other.DisposeAsync();
    }

    private static async Task StillServes(RealServer server)
    {
        using var client = server.Client(server.Admin);
        Assert.Equal("first admin", await client.GetStringAsync("/api/v1/status"));
    }

    /// <summary>Another header line whenever the server has not closed yet.</summary>
    private static async Task<bool> DripUntilClosedAsync(Stream stream)
    {
        var buffer = new byte[1024];
        var closed = stream.ReadAsync(buffer).AsTask();
        while (await Task.WhenAny(closed, Task.Delay(100)) != closed)
        {
            try
            {
                await stream.WriteAsync("X: a\r\n"u8.ToArray());
            }
            catch (IOException)
            {
                return true;
            }
        }
        try
        {
            return await closed == 0 || Encoding.ASCII.GetString(buffer).StartsWith("HTTP/1.1 408");
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static async Task<string> AskAsync(Stream stream)
    {
        try
        {
            await stream.WriteAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            var buffer = new byte[2048];
            var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(120));
            return Encoding.ASCII.GetString(buffer, 0, read);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
