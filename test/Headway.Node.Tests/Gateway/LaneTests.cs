using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Node.Gateway;
using Headway.Node.Gateway.Counting;
using Headway.Node.Gateway.Routing;
using Xunit;

namespace Headway.Node.Tests.Gateway;

public sealed class LaneTests
{
    private readonly HandClock time = new();
    private readonly Lane lane;
    private readonly ImmutableArray<Instance> instances;

    public LaneTests()
    {
        var clock = new TickClock(time);
        lane = new("a/b", new LaneEvidence(clock, 100));
        instances = [Instance("r1", clock), Instance("r2", clock)];
    }

    private Instance Instance(string release, TickClock clock) =>
        new(new("a/b", release, "i-" + release, "127.0.0.1:1", true, time.GetUtcNow()), clock);

    private static RouteWanted Route(long version, long fence, double share, string? stable = "r1") => new(
        "a/b", 80, version, new(1, fence), stable, "r2", new Exposure.Fraction(share, ExposureUnit.Client), "s",
        TimeSpan.FromSeconds(1), new Lease(TimeSpan.FromSeconds(30), 20));

    [Fact]
    public void A_lower_fence_is_refused_and_what_was_obeyed_goes_on()
    {
        Assert.Null(lane.Obey(Route(2, 5, 0.25), instances, null));
        Assert.Contains("fence 1.4", lane.Obey(Route(3, 4, 0.9), instances, null));
        Assert.Equal((0.25, 2L), (lane.Route!.Stage.Share, lane.Route.Wanted.Version));
        Assert.Contains("version 1", lane.Obey(Route(1, 5, 0.9), instances, null));
        Assert.Equal(0.25, lane.Route!.Stage.Share);
        Assert.Null(lane.Obey(Route(1, 6, 0.1), instances, null));
        Assert.Equal(0.1, lane.Route!.Stage.Share);
    }

    [Fact]
    public void Instances_and_fences_come_and_go_within_one_stage_of_evidence()
    {
        lane.Obey(Route(2, 5, 0.25), instances, null);
        var stage = lane.Route!.Stage;
        lane.Obey(Route(2, 6, 0.25), [instances[0]], null);
        Assert.Same(stage, lane.Route!.Stage);
        Assert.Empty(lane.Route.Candidate);
        lane.Obey(Route(3, 7, 0.5), instances, null);
        Assert.NotSame(stage, lane.Route!.Stage);
    }

    [Fact]
    public void A_lease_that_nobody_renews_ends_and_only_a_higher_version_exposes_again()
    {
        lane.Obey(Route(2, 5, 0.25), instances, null);
        Assert.False(Leases.CheckHeard(lane, TimeSpan.FromSeconds(30)));
        Assert.True(Leases.CheckHeard(lane, TimeSpan.FromSeconds(31)));
        Assert.Equal((0.0, LoweredBy.Lease), (lane.Route!.Stage.Share, lane.Route.Lowered!.By));
        lane.Obey(Route(2, 6, 0.25), instances, null);
        Assert.Equal(0, lane.Route!.Stage.Share);
        Assert.NotNull(lane.Route.Lowered);
        lane.Obey(Route(3, 6, 0.25), instances, null);
        Assert.Equal(0.25, lane.Route!.Stage.Share);
        Assert.Null(lane.Route.Lowered);
    }

    [Fact]
    public void A_share_is_not_lowered_when_nobody_stable_could_serve_instead()
    {
        lane.Obey(Route(2, 5, 1, stable: null), instances, null);
        Assert.False(Leases.CheckHeard(lane, TimeSpan.FromHours(1)));
        Assert.Equal(1, lane.Route!.Stage.Share);
    }

    [Fact]
    public void A_spent_budget_is_remembered_over_steps_and_restarts()
    {
        lane.Obey(Route(2, 5, 0.25), instances, null);
        for (var i = 0; i < 100; i++) lane.Route!.Stage.Excess.Count(Side.Stable, failed: false);
        for (var i = 0; i < 20; i++) lane.Route!.Stage.Excess.Count(Side.Candidate, failed: true);
        Assert.False(Leases.CheckBudget(lane));
        var kept = lane.Keep()!;

        var successor = new Lane("a/b", new LaneEvidence(new TickClock(time), 100));
        successor.Obey(Route(3, 6, 0.5), instances, kept);
        successor.Route!.Stage.Excess.Count(Side.Candidate, failed: true);
        Assert.True(Leases.CheckBudget(successor));
        Assert.Equal(LoweredBy.Budget, successor.Route!.Lowered!.By);

        var third = new Lane("a/b", new LaneEvidence(new TickClock(time), 100));
        third.Obey(Route(3, 6, 0.5), instances, successor.Keep());
        Assert.Equal((0.0, LoweredBy.Budget), (third.Route!.Stage.Share, third.Route.Lowered!.By));
    }

    [Fact]
    public void Much_traffic_of_a_release_just_as_good_spends_nothing()
    {
        var excess = new Excess(new ExcessCounts(0, 1_000_000, 10_050, 1_000_000, 10_000));
        Assert.False(excess.IsSpent(20, out var beyond));
        Assert.Equal(50, beyond, 6);
        Assert.True(new Excess(new ExcessCounts(0, 1000, 40, 1000, 10)).IsSpent(20, out _));
    }

    [Fact]
    public void Every_client_has_its_own_place_for_each_salt()
    {
        var other = Route(3, 6, 0.5) with { Salt = "other" };
        lane.Obey(Route(2, 5, 0.5), instances, null);
        var first = Enumerable.Range(0, 4000).Select(i => lane.Route!.SideOf(Client.HashOf($"u{i}", 1))).ToList();
        lane.Obey(other, instances, null);
        var second = Enumerable.Range(0, 4000).Select(i => lane.Route!.SideOf(Client.HashOf($"u{i}", 1))).ToList();
        // Independent draws agree half of the time; the deviation of the count is 32.
        Assert.InRange(first.Zip(second).Count(pair => pair.First == pair.Second), 1800, 2200);
    }
}
