using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Control;

public sealed class AutoscaleTests
{
    private const string Release = "shop-1-aaaaaaa";

    [Fact]
    public async Task Instances_follow_the_requests_between_floor_and_maximum_and_nobody_notices()
    {
        await using var node = await TestNode.StartAsync(options => options with
        {
            Instances = new()
            {
                Scaling = new() { UpAfter = TimeSpan.FromSeconds(1), DownAfter = TimeSpan.FromSeconds(4) },
            },
        });
        node.Place(Release, node.WebArtifact(),
            TestNode.Web() with { MinInstances = 1, MaxInstances = 3, ScaleAtRequestsPerSecond = 5 }, 1);
        await node.ReadyAsync(Release);
        var port = node.Route(Release);
        await node.EventuallyAsync(() => node.Server.Report is { Routes.Length: 1 });
        using var users = new Users(port);
        await node.ReadyAsync(Release, 3);
        await users.ServedAsync(100);
        Assert.Empty(await users.StopAsync());
        await node.SeenAsync(Release, workload => workload.Instances is [{ State: "ready" }]);
    }
}
