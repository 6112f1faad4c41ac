using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Headway.Core.Evidence.Journeys;
using Headway.Node.Probes;
using Xunit;

namespace Headway.Node.Tests.Probes;

/// <summary>Whatever is at the other end, a probe ends, says what it saw, and takes no more memory than it may.</summary>
public sealed class HostileTargetTests
{
    private const string NoAnswer =
        "GET /: the connection was closed without an answer; does it speak HTTP there, without TLS?";

    private static readonly TimeSpan Within = TimeSpan.FromMilliseconds(700);

    [Fact]
    public async Task A_response_that_never_ends_is_cut_off_when_its_time_is_up()
    {
        await using var peer = new RudePeer(async (stream, _, stop) =>
        {
            await RudePeer.SayAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", stop);
            while (true)
            {
                await RudePeer.SayAsync(stream, "1\r\nx\r\n", stop);
                await Task.Delay(10, stop);
            }
        });
        Assert.StartsWith("GET /: the answer had not ended after 700 ms", await SaysAsync(peer));
    }

    [Fact]
    public async Task Headers_that_drip_are_cut_off_when_their_time_is_up()
    {
        await using var peer = new RudePeer(async (stream, _, stop) =>
        {
            foreach (var letter in "HTTP/1.1 200 OK\r\nX-Slow: " + new string('a', 100_000))
            {
                await RudePeer.SayAsync(stream, $"{letter}", stop);
                await Task.Delay(20, stop);
            }
        });
        Assert.Equal("GET /: no answer within 700 ms", await SaysAsync(peer));
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        await using var peer = new RudePeer(async (stream, _, stop) =>
        {
            await RudePeer.SayAsync(stream, "HTTP/1.1 200 OK\r\n", stop);
            while (true) await RudePeer.SayAsync(stream, $"X-More: {new string('a', 4000)}\r\n", stop);
        });
        Assert.Equal("GET /: its headers are larger than 64 KB", await SaysAsync(peer));
    }

    [Fact]
    public async Task Of_a_body_of_a_gigabyte_one_megabyte_is_read()
    {
        const long gigabyte = 1L << 30;
        RudePeer? itself = null;
        await using var peer = itself = new RudePeer(async (stream, _, stop) =>
        {
            await RudePeer.SayAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Length: {gigabyte}\r\n\r\n", stop);
            var block = new byte[64 * 1024];
            for (var sent = 0L; sent < gigabyte; sent += block.Length) await itself!.WriteAsync(stream, block, stop);
        });
        var before = GC.GetTotalAllocatedBytes();
        Assert.Null(await SaysAsync(peer, within: TimeSpan.FromSeconds(20)));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 32 << 20);
        Assert.Equal("GET /: the answer is larger than the 1 MB that is read, so it cannot be read as JSON",
            await SaysAsync(peer, new JourneyStep("GET", "/") { Json = [new("$.a", null)] }, TimeSpan.FromSeconds(20)));
        // What the kernel's buffers hold comes on top of what was read.
        Assert.InRange(peer.BytesTaken, 1 << 20, 64 << 20);
    }

    [Fact]
    public async Task A_circle_of_redirects_is_left_and_another_host_is_not_gone_to()
    {
        await using var circle = new RudePeer((stream, _, stop) =>
            RudePeer.SayAsync(stream, RudePeer.Answer("", 302, "Location: /again\r\n"), stop));
        Assert.Equal("GET /: it redirects more than 5 times", await SaysAsync(circle, new JourneyStep("GET", "/")));
        Assert.Equal(6, circle.Asked.Count);

        await using var elsewhere = new RudePeer((stream, _, stop) =>
            RudePeer.SayAsync(stream, RudePeer.Answer("", 302, $"Location: {circle.Address}\r\n"), stop));
        Assert.StartsWith("GET /: it redirects to another host (http://127.0.0.1:",
            await SaysAsync(elsewhere, new JourneyStep("GET", "/")));
        Assert.Equal(6, circle.Asked.Count);
        // A probe takes a redirect for an answer.
        Assert.Null(await SaysAsync(circle));
    }

    [Fact]
    public async Task A_closed_port_and_a_connection_that_is_never_answered_are_told_apart()
    {
        Uri closed;
        await using (var peer = new RudePeer((_, _, _) => Task.CompletedTask)) closed = peer.Address;
        Assert.StartsWith("GET /: no connection (", await SaysAsync(closed));

        await using var silent = new RudePeer((_, _, stop) => Task.Delay(-1, stop));
        Assert.Equal("GET /: no answer within 700 ms", await SaysAsync(silent));
        Assert.Null(await TcpProbe.ProblemAsync(silent.Address, new(null, null), Within, default));
        Assert.Equal("`PONG` did not come within 0.7 s",
            await TcpProbe.ProblemAsync(silent.Address, new("PING\r\n\r\n", "PONG"), Within, default));
        Assert.StartsWith("no connection (", await TcpProbe.ProblemAsync(closed, new(null, null), Within, default));
    }

    [Fact]
    public async Task A_connection_that_is_closed_in_the_middle_is_no_answer()
    {
        await using var peer = new RudePeer(async (stream, _, stop) =>
        {
            await RudePeer.SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf", stop);
            stream.Close();
        });
        Assert.Equal("GET /: the connection was closed before the answer ended", await SaysAsync(peer));
    }

    [Fact]
    public async Task TLS_where_http_was_said_is_told()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var usable = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
        var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(client.GetStream());
            await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsServerAsync(usable));
        }, TestContext.Current.CancellationToken);
        var says = await SaysAsync(new Uri($"http://127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}/"));
        // It waits for the rest of what it takes for a greeting, or hangs up.
        Assert.True(says is "GET /: no answer within 700 ms" or NoAnswer, says);
        await serving;
        listener.Stop();
        // What OpenSSL says to a request in clear text: a fatal alert.
        await using var alert = new RudePeer(async (stream, _, stop) =>
        {
            await stream.WriteAsync(new byte[] { 0x15, 3, 1, 0, 2, 2, 0x46 }, stop);
            stream.Close();
        });
        Assert.Equal(NoAnswer, await SaysAsync(alert));
        await using var other = new RudePeer((stream, _, stop) => RudePeer.SayAsync(stream, "SSH-2.0-OpenSSH_9.2\r\n", stop));
        Assert.Equal("GET /: what came back is not HTTP", await SaysAsync(other));
    }

    [Fact]
    public async Task A_journey_ends_in_its_time_however_many_steps_hang()
    {
        await using var peer = new RudePeer(async (stream, request, stop) =>
        {
            if (request.Contains("/hang", StringComparison.Ordinal)) await Task.Delay(-1, stop);
            await RudePeer.SayAsync(stream, RudePeer.Answer("ok"), stop);
        });
        using var http = ProbeHttp.Client();
        var end = await new JourneyRun(http, peer.Address, "j").RunAsync(
            [new("GET", "/"), new("GET", "/hang") { Within = Within }, new("GET", "/never")], default);
        Assert.Equal(2, end.Steps.Length);
        Assert.Equal("step 2 GET /hang: no answer within 700 ms", end.Says(numbered: true));
    }

    private static Task<string?> SaysAsync(RudePeer peer, JourneyStep? step = null, TimeSpan? within = null) =>
        SaysAsync(peer.Address, step, within);

    private static async Task<string?> SaysAsync(Uri address, JourneyStep? step = null, TimeSpan? within = null)
    {
        step ??= new JourneyStep("GET", "/") { Follows = false };
        using var http = ProbeHttp.Client();
        return (await new JourneyRun(http, address, "j").RunAsync([step with { Within = within ?? Within }], default))
            .Says(numbered: false);
    }
}
