using System.Diagnostics;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Control;

/// <summary>Control, gateway and instances as processes of their own, and users who must not notice anything.</summary>
public sealed class GatewayKeepingTests
{
    private const string Release = "shop-1-aaaaaaa";

    [Fact]
    public async Task Killing_control_under_load_costs_no_request_and_the_next_one_takes_everything_over()
    {
        await using var node = await TestNode.StartOutsideAsync();
        node.Place(Release, node.WebArtifact(), TestNode.Web(), 2);
        await node.ReadyAsync(Release, 2);
        var port = node.Route(Release);
        await node.EventuallyAsync(() => node.Server.Report is { Routes.Length: 1 });
        var before = node.Seen(Release)!.Instances.Select(instance => instance.Pid).Order().ToArray();

        using var users = new Users(port);
        await users.ServedAsync(200);
        for (var kill = 0; kill < 2; kill++)
        {
            node.Outside!.Kill();
            await node.Outside.WaitForExitAsync(TestContext.Current.CancellationToken);
            var boot = node.Server.Report!.Boot;
            await users.ServedAsync(200);
            node.RunOutside();
            await node.EventuallyAsync(() => node.Server.Report!.Boot != boot && node.Server.Report.Routes.Length == 1
                && node.Seen(Release)?.Instances.Count(instance => instance.State == "ready") == 2);
            await users.ServedAsync(200);
        }
        Assert.Equal(before, node.Seen(Release)!.Instances.Select(instance => instance.Pid).Order());
        Assert.Empty(await users.StopAsync());
        Assert.Empty(node.Server.Report!.Problems);
    }

    [Fact]
    public async Task A_killed_gateway_is_replaced_and_nobody_is_refused_for_long()
    {
        await using var node = await TestNode.StartAsync();
        node.Place(Release, node.WebArtifact(), TestNode.Web(), 1);
        await node.ReadyAsync(Release);
        var port = node.Route(Release);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        await node.EventuallyAsync(() => node.Server.Report is { Routes.Length: 1 });
        Assert.StartsWith(Release, await http.GetStringAsync($"http://127.0.0.1:{port}/"));

        var gateway = node.GatewayPid;
        Process.GetProcessById(gateway).Kill();
        // The sockets stay open in control, so a connection waits for the next gateway instead of being refused.
        await node.EventuallyAsync(() => node.GatewayPid is > 0 and var next && next != gateway);
        using var fresh = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        Assert.StartsWith(Release, await fresh.GetStringAsync($"http://127.0.0.1:{port}/"));
    }
}
