using Headway.Core.Targets;
using Headway.Targets.Tests.Places;
using Xunit;

namespace Headway.Targets.Tests.Gateway;

public sealed class LoweredShareTests
{
    [Fact]
    public async Task A_share_that_a_node_lowered_is_seen_and_does_not_count_as_given()
    {
        var place = await WithLoweredShareAsync();
        Assert.Equal(LoweredBy.Lease, (await place.ObserveAsync()).Lowered?.By);
        Assert.False(await place.ShowsAsync(place.First, 10));
    }

    [Fact]
    public async Task Applying_again_raises_it_because_the_route_gets_a_higher_version()
    {
        var place = await WithLoweredShareAsync();
        var before = place.Board.Desired("node-1").Routes.Single().Version;
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        Assert.True(place.Board.Desired("node-1").Routes.Single().Version > before);
        Assert.True(await place.ShowsAsync(place.First, 10));
    }

    [Fact]
    public async Task A_new_decision_about_the_same_share_keeps_the_route_version_so_that_evidence_stays_together()
    {
        var place = Place.All["gateway on a node"]();
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        var before = place.Board.Desired("node-1").Routes.Single().Version;
        await place.ApplyAsync(place.First, 11);
        Assert.Equal(before, place.Board.Desired("node-1").Routes.Single().Version);
    }

    private static async Task<Place> WithLoweredShareAsync()
    {
        var place = Place.All["gateway on a node"]();
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        place.Nodes[0].Lowered = new(LoweredBy.Lease, "The server was not heard for 30 s.");
        place.Report();
        return place;
    }
}
