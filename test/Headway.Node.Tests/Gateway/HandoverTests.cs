using System.Net;
using System.Net.Sockets;
using Headway.Node.Gateway.Handover;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Headway.Node.Tests.Gateway;

public sealed class HandoverTests : IDisposable
{
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
    private readonly string folder = Directory.CreateTempSubdirectory("headway-handover").FullName;

    [Fact]
    public async Task A_gateway_gets_the_sockets_and_gives_them_back_when_asked()
    {
        var path = Path.Combine(folder, "handover.sock");
        using var desk = new HandoverDesk(path, NullLogger.Instance);
        var running = desk.RunAsync(patience.Token);
        var bound = ListeningSockets.Bind(IPAddress.Loopback, [0]);
        var port = bound.Ports.Single();

        var sending = bound.SendAsync(path, patience.Token);
        var received = await desk.GivenAsync(patience.Token);
        Assert.False(sending.IsCompleted);
        desk.NowServing();
        await sending;
        Assert.Equal([port], received.Ports);

        bound.Dispose();
        using var recovered = await ListeningSockets.RecoverAsync(path, patience.Token);
        Assert.Equal([port], recovered.Ports);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
    }

    [Fact]
    public async Task A_second_giver_is_refused_with_a_reason()
    {
        var path = Path.Combine(folder, "handover.sock");
        using var desk = new HandoverDesk(path, NullLogger.Instance);
        var running = desk.RunAsync(patience.Token);
        desk.NowServing();
        using var first = ListeningSockets.Bind(IPAddress.Loopback, [0]);
        using var second = ListeningSockets.Bind(IPAddress.Loopback, [0]);
        await first.SendAsync(path, patience.Token);
        var refusal = await Assert.ThrowsAsync<IOException>(() => second.SendAsync(path, patience.Token));
        Assert.Contains("successor", refusal.Message);
    }

    [Fact]
    public void A_port_that_is_taken_is_named_and_nothing_stays_bound()
    {
        using var taken = ListeningSockets.Bind(IPAddress.Loopback, [0]);
        var port = taken.Ports.Single();
        var failure = Assert.Throws<IOException>(() => ListeningSockets.Bind(IPAddress.Loopback, [0, port]));
        Assert.Contains($"Port {port}", failure.Message);
    }

    [Fact]
    public void Ports_that_stay_keep_their_socket()
    {
        using var first = ListeningSockets.Bind(IPAddress.Loopback, [0, 0]);
        var ports = first.Ports.ToList();
        using var next = first.With(IPAddress.Loopback, [ports[0]]);
        Assert.Equal([ports[0]], next.Ports);
        Assert.Empty(first.Ports);
        using var again = ListeningSockets.Bind(IPAddress.Loopback, [ports[1]]);
    }

    public void Dispose()
    {
        patience.Cancel();
        patience.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
