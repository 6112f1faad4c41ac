using Headway.Core.Nodes;
using Headway.Core.Services;
using Headway.Core.Targets;
using Headway.Node.Control;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Control;

/// <summary>What is obeyed and what is refused, without processes.</summary>
public sealed class HeldTests
{
    private static readonly Held Nothing = Held.Nothing("n1");

    [Theory]
    [InlineData(2, 5, 2, 6, true)]
    [InlineData(2, 5, 3, 1, true)]
    [InlineData(2, 5, 2, 5, false)]
    [InlineData(2, 5, 2, 4, false)]
    [InlineData(2, 5, 1, 9, false)]
    public void Only_a_newer_document_is_obeyed(long epoch, long version, long nextEpoch, long nextVersion, bool obeyed)
    {
        var (held, _) = Nothing.With(Document(epoch, version));
        var (next, refusals) = held.With(Document(nextEpoch, nextVersion));
        Assert.Equal(obeyed, !ReferenceEquals(held, next));
        Assert.Equal((nextEpoch, nextVersion).CompareTo((epoch, version)) < 0, refusals.Length == 1);
    }

    [Fact]
    public void A_document_of_another_node_is_refused()
    {
        var (next, refusals) = Nothing.With(Document(1, 1) with { Node = "n2" });
        Assert.Same(Nothing, next);
        Assert.Contains("`n2`", Assert.Single(refusals));
    }

    [Fact]
    public void A_lower_fence_is_refused_for_its_subject_alone_and_what_was_in_force_stays()
    {
        var (held, _) = Nothing.With(Document(1, 1) with { Workloads = [Workload("a", 2, 10), Workload("b", 1, 4)] });
        var (next, refusals) = held.With(Document(1, 2) with { Workloads = [Workload("a", 0, 9), Workload("b", 3, 5)] });
        Assert.Contains("workload a of shop/production came with fence 1.9, but 1.10", Assert.Single(refusals));
        Assert.Equal([("a", 2), ("b", 3)], next.Desired.Workloads.Select(entry => (entry.Release, entry.Instances)));
    }

    [Fact]
    public void A_fence_is_remembered_after_its_subject_has_gone()
    {
        var (held, _) = Nothing.With(Document(1, 1) with { Routes = [Route(7)] });
        (held, _) = held.With(Document(1, 2));
        Assert.Empty(held.Desired.Routes);
        var (next, refusals) = held.With(Document(1, 3) with { Routes = [Route(6)] });
        Assert.Single(refusals);
        Assert.Empty(next.Desired.Routes);
        (next, refusals) = next.With(Document(1, 4) with { Routes = [Route(7)] });
        Assert.Empty(refusals);
        Assert.Single(next.Desired.Routes);
    }

    [Fact]
    public void What_is_held_survives_a_restart_and_a_torn_write()
    {
        using var folder = new TestFolder();
        var first = new HeldState(folder.At("desired.json"), "n1", new Problems());
        Assert.True(first.Offer(Document(3, 8) with { Routes = [Route(7)] }));
        File.WriteAllText(folder.At("desired.json.new"), "{ torn");
        var second = new HeldState(folder.At("desired.json"), "n1", new Problems());
        Assert.Equal((3, 8), (second.Desired.Epoch, second.Desired.Version));
        Assert.False(second.Offer(Document(3, 7)));
        second.Offer(Document(3, 9) with { Routes = [Route(6)] });
        Assert.Equal(7, second.Desired.Routes.Single().Fence.Version);
    }

    private static DesiredState Document(long epoch, long version) => new("n1", epoch, version, [], [], []);

    private static WorkloadWanted Workload(string release, int instances, long fence) =>
        new("shop/production", release, "sha256:x", new RunSpec("./run"), instances, new Fence(1, fence));

    private static RouteWanted Route(long fence) => new("shop/production", 8080, 1, new Fence(1, fence), "a", null,
        Exposure.Nobody, "salt", TimeSpan.FromSeconds(1), null);
}
