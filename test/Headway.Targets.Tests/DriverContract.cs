using Headway.Core.Targets;
using Headway.Targets.Tests.Places;
using Xunit;

namespace Headway.Targets.Tests;

/// <summary>What every driver must keep to, whatever it drives. A new driver adds a place, not a test.</summary>
public sealed class DriverContract
{
    public static TheoryData<string> Places => [.. Place.All.Keys];

    [Theory, MemberData(nameof(Places))]
    public async Task What_is_applied_is_seen_with_its_fence(string name)
    {
        var place = Place.All[name]();
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        Assert.True(await place.ShowsAsync(place.First, 10));
        var seen = await place.ObserveAsync();
        Assert.Null(seen.Problem);
        Assert.True(seen.Fence >= new Fence(1, 10));
        Assert.InRange(seen.SeenAt, place.Time.GetUtcNow() - TimeSpan.FromSeconds(2), place.Time.GetUtcNow());
    }

    [Theory, MemberData(nameof(Places))]
    public async Task Nothing_is_seen_as_done_before_it_is_done(string name)
    {
        var place = Place.All[name]();
        await place.ApplyAsync(place.First, 10);
        place.Report();
        Assert.False(await place.ShowsAsync(place.First, 10));
    }

    [Theory, MemberData(nameof(Places))]
    public async Task Applying_twice_is_applying_once(string name)
    {
        var place = Place.All[name]();
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        var before = place.Nodes.Select(n => place.Board.Desired(n.Name)).ToArray();
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        Assert.Equal(before, place.Nodes.Select(n => place.Board.Desired(n.Name)));
        Assert.True(await place.ShowsAsync(place.First, 10));
    }

    [Theory, MemberData(nameof(Places))]
    public async Task A_late_effect_is_refused_and_changes_nothing(string name)
    {
        var place = Place.All[name]();
        await place.ApplyAsync(place.First, 10);
        await place.ApplyAsync(place.Second, 20);
        place.Settle();
        var before = place.Nodes.Select(n => place.Board.Desired(n.Name)).ToArray();
        var refused = await Assert.ThrowsAsync<FenceRefusedException>(() => place.ApplyAsync(place.First, 19));
        Assert.Equal((new Fence(1, 19), new Fence(1, 20)), (refused.Offered, refused.Obeyed));
        Assert.Equal(before, place.Nodes.Select(n => place.Board.Desired(n.Name)));
        place.Settle();
        Assert.True(await place.ShowsAsync(place.Second, 20));
    }

    [Theory, MemberData(nameof(Places))]
    public async Task A_restored_server_outranks_every_fence_of_the_epoch_before(string name)
    {
        var place = Place.All[name]();
        await place.ApplyAsync(place.First, 1_000);
        await place.ApplyAsync(place.Second, 5, epoch: 2);
        await Assert.ThrowsAsync<FenceRefusedException>(() => place.ApplyAsync(place.First, 1_001));
        place.Settle();
        Assert.True((await place.ObserveAsync()).Fence >= new Fence(2, 5));
    }

    [Theory, MemberData(nameof(Places))]
    public async Task What_was_abandoned_half_way_is_not_seen_as_done_and_can_be_applied_again(string name)
    {
        var place = Place.All[name]();
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        place.AbandonNext();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => place.ApplyAsync(place.Second, 20));
        place.Settle();
        Assert.False(await place.ShowsAsync(place.Second, 20));
        await place.ApplyAsync(place.Second, 20);
        place.Settle();
        Assert.True(await place.ShowsAsync(place.Second, 20));
    }

    [Theory, MemberData(nameof(Places))]
    public async Task A_place_that_was_changed_behind_our_back_is_seen_as_it_is_and_mended(string name)
    {
        var place = Place.All[name]();
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        foreach (var node in place.Nodes) node.Forget();
        place.Report();
        Assert.False(await place.ShowsAsync(place.First, 10));
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        Assert.True(await place.ShowsAsync(place.First, 10));
    }

    [Theory, MemberData(nameof(Places))]
    public async Task A_place_that_was_never_heard_is_a_problem_and_not_an_exception(string name)
    {
        var place = Place.All[name]();
        var seen = await place.ObserveAsync();
        Assert.Contains("node-1", seen.Problem);
        Assert.False(await place.ShowsAsync(place.First, 0));
    }

    [Theory, MemberData(nameof(Places))]
    public async Task A_place_that_fell_silent_is_never_fine(string name)
    {
        var place = Place.All[name]();
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        place.Time.Pass(TimeSpan.FromMinutes(1));
        var seen = await place.ObserveAsync();
        Assert.NotNull(seen.Problem);
        Assert.False(await place.ShowsAsync(place.First, 0));
        // What is wanted meanwhile is not lost: the place does it when it is back.
        await place.ApplyAsync(place.Second, 20);
        place.Settle();
        Assert.True(await place.ShowsAsync(place.Second, 20));
    }

    [Theory, MemberData(nameof(Places))]
    public async Task One_silent_node_is_enough_for_a_problem(string name)
    {
        var place = Place.All[name]();
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        place.Time.Pass(TimeSpan.FromMinutes(1));
        foreach (var node in place.Nodes.Skip(1)) node.Report();
        Assert.Contains("node-1", (await place.ObserveAsync()).Problem);
    }

    [Theory, MemberData(nameof(Places))]
    public async Task A_slow_node_holds_the_whole_back(string name)
    {
        var place = Place.All[name]();
        await place.ApplyAsync(place.First, 10);
        place.Settle();
        await place.ApplyAsync(place.Second, 20);
        foreach (var node in place.Nodes.Skip(1)) node.Poll();
        place.Report();
        Assert.False(await place.ShowsAsync(place.Second, 20));
        place.Settle();
        Assert.True(await place.ShowsAsync(place.Second, 20));
    }

    [Theory, MemberData(nameof(Places))]
    public async Task A_plan_says_what_would_change_and_changes_nothing(string name)
    {
        var place = Place.All[name]();
        var before = place.Nodes.Select(n => place.Board.Desired(n.Name)).ToArray();
        var first = await place.Driver.PlanAsync(place.Part, place.First, CancellationToken.None);
        var again = await place.Driver.PlanAsync(place.Part, place.First, CancellationToken.None);
        var second = await place.Driver.PlanAsync(place.Part, place.Second, CancellationToken.None);
        Assert.Equal(first, again);
        Assert.StartsWith("sha256:", first.Digest);
        Assert.Contains("shop-1", first.Diff);
        Assert.True(Enum.IsDefined(first.Undo));
        if (place.First is not Effect.Done) Assert.NotEqual(first.Digest, second.Digest);
        Assert.Equal(before, place.Nodes.Select(n => place.Board.Desired(n.Name)));
    }

    [Theory, MemberData(nameof(Places))]
    public async Task A_driver_says_what_it_can_do_and_refuses_the_rest_in_words(string name)
    {
        var place = Place.All[name]();
        var can = place.Driver.CapabilitiesOf(place.Part);
        Assert.InRange(can.SmallestShare, 0, 1);
        Assert.True(can.ObserveEvery > TimeSpan.Zero);
        var other = can.Exposes
            ? (Effect)new Effect.Runs(place.Part.Name, "shop-1", 1)
            : new Effect.Exposed(place.Part.Name, "shop-1", null, Exposure.Nobody, null);
        var refused = await Assert.ThrowsAsync<NotSupportedException>(() => place.ApplyAsync(other, 10));
        Assert.Contains(place.Driver.Kind, refused.Message);
    }

    [Fact]
    public void Every_driver_has_a_place_in_the_contract()
    {
        var proven = Place.All.Values.Select(make => make().Part.Kind).ToHashSet();
        Assert.Equal(Place.All.First().Value().Drivers.All.Select(d => d.Kind).Order(), proven.Order());
    }
}
