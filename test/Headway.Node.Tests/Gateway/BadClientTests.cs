using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Headway.Node.Tests.Gateway;

/// <summary>What clients send that no client should, over plain sockets.</summary>
public sealed class BadClientTests
{
    private static async Task<string> SayAsync(int port, string text, bool slowly = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var listening = new StreamReader(stream, Encoding.Latin1).ReadToEndAsync(patience.Token);
        try
        {
            if (!slowly)
                await stream.WriteAsync(Encoding.Latin1.GetBytes(text), patience.Token);
            else
                foreach (var letter in text)
                {
                    if (listening.IsCompleted) break;
                    await stream.WriteAsync(Encoding.Latin1.GetBytes([letter]), patience.Token);
                    await Task.Delay(20, patience.Token);
                }
            return await listening;
        }
        catch (IOException)
        {
            return "";
        }
    }

    [Fact]
    public async Task Garbage_huge_headers_and_slow_clients_get_an_answer_or_the_door_and_others_are_served()
    {
        await using var gateway = await RunningGateway.StartAsync(o => o with
        {
            HeadersTimeout = TimeSpan.FromMilliseconds(700), MaxHeaderBytes = 8 << 10,
        });
        await using var old = await Backend.StartAsync("r1");
        await gateway.PutAsync(gateway.Route("r1", null, 0), old.Endpoint());
        var slow = SayAsync(gateway.Port, "GET / HTTP/1.1\r\nHost: a\r\n" + new string('x', 5000), slowly: true);
        var slowPreface = SayAsync(gateway.Port, "PRI * HT");
        var silent = SayAsync(gateway.Port, "");

        Assert.StartsWith("HTTP/1.1 400", await SayAsync(gateway.Port, "\u0001\u0002 garbage\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 400", await SayAsync(gateway.Port, "GET / HTTP/1.1\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 431", await SayAsync(
            gateway.Port, $"GET / HTTP/1.1\r\nHost: a\r\nX-Long: {new string('y', 9000)}\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 414", await SayAsync(gateway.Port, $"GET /{new string('z', 20_000)} HTTP/1.1\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 400", await SayAsync(
            gateway.Port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"));
        Assert.StartsWith("HTTP/1.1 431", await SayAsync(
            gateway.Port, "GET / HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"a{i}: b\r\n")) + "\r\n"));
        Assert.NotEqual("", await SayAsync(gateway.Port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nand then garbage that is no frame"));
        using var client = new HttpClient();
        Assert.Equal("r1", await RunningGateway.GetAsync(client, gateway.Url, "ann"));

        Assert.StartsWith("HTTP/1.1 408", await slow);
        Assert.Equal("", await slowPreface);
        Assert.Equal("", await silent);
        var batches = await gateway.EndAsync();
        Assert.Equal((1, 0), (batches.Sum(b => b.Stable.Requests), batches.Sum(b => b.Stable.Failures)));
    }

    [Fact]
    public async Task An_upload_that_trickles_is_ended_and_is_no_failure_of_the_release()
    {
        await using var gateway = await RunningGateway.StartAsync(o => o with { MinBodyBytesPerSecond = 100_000 });
        await using var old = await Backend.StartAsync("r1");
        old.Act = async http => await http.Request.Body.CopyToAsync(Stream.Null);
        await gateway.PutAsync(gateway.Route("r1", null, 0) with { Delay = TimeSpan.FromSeconds(20) }, old.Endpoint());
        var answer = await SayAsync(
            gateway.Port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + new string('x', 2000), slowly: true);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
        await gateway.StopAsync();
        var batch = (await gateway.EndAsync())[0].Stable;
        Assert.Equal((1, 0, 1), (batch.Requests, batch.Failures, batch.Cancelled));
    }
}
