using Headway.Core.Targets;
using Headway.Targets.Tests.Places;
using Xunit;

namespace Headway.Targets.Tests.Processes;

public sealed class InstancesTests
{
    [Fact]
    public async Task Instances_that_do_not_answer_are_not_ready()
    {
        var place = Place.All["processes on a node"]();
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        place.Nodes[0].Kill("shop-1");
        place.Report();
        var cell = Assert.Single((await place.ObserveAsync()).Cells);
        Assert.Equal((0, 2), (cell.Ready, cell.Starting));
        Assert.False(await place.ShowsAsync(place.First, 10));
    }

    [Theory]
    [InlineData(1, new[] { 1, 1 })]
    [InlineData(2, new[] { 1, 1 })]
    [InlineData(5, new[] { 3, 2 })]
    public async Task Instances_are_spread_over_nodes_and_each_node_has_one_at_least(int wanted, int[] expected)
    {
        var place = Place.All["processes on two nodes"]();
        await place.ApplyAsync(new Effect.Runs("workload", "shop-1", wanted), 10);
        Assert.Equal(expected, place.Nodes.Select(n => place.Board.Desired(n.Name).Workloads.Single().Instances));
    }

    [Fact]
    public async Task A_stopped_release_leaves_the_document_once_no_instance_is_left()
    {
        var place = Place.All["processes on a node"]();
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        await place.ApplyAsync(place.Second, 20);
        Assert.Contains(place.Board.Desired("node-1").Workloads, w => w is { Release: "shop-1", Instances: 0 });
        place.Settle();
        await place.ApplyAsync(new Effect.Runs("workload", "shop-2", 1), 30);
        Assert.Equal(["shop-2"], place.Board.Desired("node-1").Workloads.Select(w => w.Release));
    }
}
