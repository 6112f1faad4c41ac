using System.Net;
using System.Net.Sockets;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Control;

/// <summary>Changes under load: what users must not notice.</summary>
public sealed class TrafficTests
{
    private const string Old = "shop-1-aaaaaaa";
    private const string New = "shop-2-bbbbbbb";

    [Fact]
    public async Task A_cut_over_and_the_stop_of_the_old_release_lose_no_request()
    {
        await using var node = await TestNode.StartAsync();
        var digest = node.WebArtifact();
        node.Place(Old, digest, TestNode.Web(), 2);
        await node.ReadyAsync(Old, 2);
        var port = node.Route(Old);
        await node.EventuallyAsync(() => node.Server.Report is { Routes.Length: 1 });
        using var users = new Users(port);
        using var slow = new Users(port, "/slow", 2);
        await users.ServedAsync(100);
        node.Place(New, digest, TestNode.Web(), 2, fence: 2);
        await node.ReadyAsync(New, 2);
        node.Route(New, port: port, version: 2);
        node.Place(Old, digest, TestNode.Web(), 0, fence: 3);
        await node.SeenAsync(Old, workload => workload.Instances.IsEmpty);
        await users.ServedAsync(100);
        Assert.Empty(await users.StopAsync());
        Assert.Empty(await slow.StopAsync());
        Assert.True(users.Answers[New] > 0 && slow.Answers[Old] > 0);
    }

    [Fact]
    public async Task A_release_that_users_are_sent_to_is_not_stopped_under_them()
    {
        await using var node = await TestNode.StartAsync();
        var digest = node.WebArtifact();
        node.Place(Old, digest, TestNode.Web(), 1);
        await node.ReadyAsync(Old);
        var port = node.Route(Old);
        await node.EventuallyAsync(() => node.Server.Report is { Routes.Length: 1 });
        node.Place(Old, digest, TestNode.Web(), 0, fence: 2);
        node.Place(New, digest, TestNode.Web(), 1, fence: 3);
        await node.ReadyAsync(New);
        Assert.Equal("ready", node.Seen(Old)!.Instances.Single().State);
        node.Route(New, port: port, version: 2);
        await node.SeenAsync(Old, workload => workload.Instances.IsEmpty);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_and_costs_only_its_own_lane()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var node = await TestNode.StartAsync();
        node.Place(Old, node.WebArtifact(), TestNode.Web(), 1);
        await node.ReadyAsync(Old);
        var free = node.Route(Old);
        node.Server.Want(desired => desired with
        {
            Routes = [.. desired.Routes, desired.Routes[0] with { Lane = "other/production", Listen = port, Stable = null }],
        });
        await node.EventuallyAsync(() => node.Server.Report!.Problems.Any(problem => problem.Contains($"Port {port} ")));
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        Assert.StartsWith(Old, await http.GetStringAsync($"http://127.0.0.1:{free}/"));

        taken.Stop();
        await node.EventuallyAsync(() => node.Server.Report!.Problems.IsEmpty);
        using var answer = await http.GetAsync($"http://127.0.0.1:{port}/");
        Assert.False(answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_new_port_is_served_by_a_successor_while_users_of_the_old_one_notice_nothing()
    {
        await using var node = await TestNode.StartAsync();
        node.Place(Old, node.WebArtifact(), TestNode.Web(), 1);
        await node.ReadyAsync(Old);
        var port = node.Route(Old);
        await node.EventuallyAsync(() => node.Server.Report is { Routes.Length: 1 });
        using var users = new Users(port);
        await users.ServedAsync(100);
        var gateway = node.GatewayPid;
        var another = TestNode.FreePort();
        node.Server.Want(desired => desired with
        {
            Routes = [.. desired.Routes, desired.Routes[0] with { Lane = "other/production", Listen = another, Stable = null }],
        });
        await node.EventuallyAsync(() => node.GatewayPid is > 0 and var next && next != gateway);
        await node.EventuallyAsync(() => Headway.Node.Instances.ProcessIdentity.Of(gateway) is null);
        await users.ServedAsync(100);
        Assert.Empty(await users.StopAsync());
    }
}
