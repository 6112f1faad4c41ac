using System.Diagnostics;
using Headway.Node.Instances;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Instances;

/// <summary>The same promises where no control group may be made, by process groups and marks.</summary>
public sealed class WithoutControlGroupsTests
{
    private const string Release = "shop-1-aaaaaaa";

    [Fact]
    public async Task Children_that_have_left_the_session_die_with_their_instance()
    {
        await using var node = await StartAsync();
        var child = Path.Combine(node.Data, "child");
        File.WriteAllText(child, "");
        File.SetUnixFileMode(child, (UnixFileMode)0b110_110_110);
        node.Place(Release, node.WebArtifact(), TestNode.Web(("TEST_CHILD", child)), 1);
        var instance = (await node.ReadyAsync(Release)).Instances.Single();
        await node.EventuallyAsync(() => File.ReadAllText(child).EndsWith('\n'));
        var childPid = int.Parse(File.ReadAllText(child));
        Process.GetProcessById(instance.Pid).Kill();
        await node.SeenAsync(Release, workload => workload.Instances is [{ State: "ready", Restarts: 1 }]);
        Assert.Null(ProcessIdentity.Of(childPid));
    }

    [Fact]
    public async Task Use_is_measured_over_the_whole_tree_and_memory_is_watched()
    {
        await using var node = await StartAsync();
        node.Place(Release, node.WebArtifact(), TestNode.Web(("TEST_EAT_MB", "80"), ("TEST_SPIN", "1")), 1);
        await node.SeenAsync(Release, workload =>
            workload.Instances is [{ CpuCores: > 0.1, MemoryBytes: > 80L << 20 }]);

        node.Place("shop-2-bbbbbbb", node.WebArtifact(("two", "")),
            TestNode.Web(("TEST_EAT_MB", "150")) with { MemoryBytes = 100L << 20 }, 1);
        var seen = await node.SeenAsync("shop-2-bbbbbbb", workload => workload.Failure is not null);
        Assert.Contains("used more memory than its limit of 100 MB", seen.Failure);
    }

    private static Task<TestNode> StartAsync() => TestNode.StartAsync(options => options with
    {
        Instances = new() { UseControlGroups = false },
    });
}
