using System.Diagnostics;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Control;

/// <summary>Evidence on its way from users to the server, through the deaths of control.</summary>
public sealed class EvidenceFlowTests
{
    private const string Release = "shop-1-aaaaaaa";

    [Fact]
    public async Task Every_request_is_counted_once_although_control_is_killed_and_the_server_was_away()
    {
        await using var node = await TestNode.StartOutsideAsync();
        node.Place(Release, node.WebArtifact(), TestNode.Web(), 1);
        await node.ReadyAsync(Release);
        var port = node.Route(Release);
        await node.EventuallyAsync(() => node.Server.Report is { Routes.Length: 1 });
        using var users = new Users(port);
        for (var kill = 0; kill < 3; kill++)
        {
            await users.ServedAsync(150);
            if (kill == 1) node.Server.Refuse = 503;
            node.Outside!.Kill();
            await node.Outside.WaitForExitAsync(TestContext.Current.CancellationToken);
            await users.ServedAsync(150);
            node.RunOutside();
        }
        node.Server.Refuse = null;
        Assert.Empty(await users.StopAsync());
        await node.EventuallyAsync(() => Counted(node) >= users.Served);
        Assert.Equal(users.Served, Counted(node));
    }

    /// <summary>As the server does it: what has arrived twice counts once.</summary>
    private static long Counted(TestNode node) => node.Server.Evidence
        .DistinctBy(batch => (batch.Boot, batch.Sequence)).Sum(batch => (long)batch.Stable.Requests);
}
