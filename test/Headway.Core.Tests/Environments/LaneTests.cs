using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Rollouts;
using Headway.Core.Tests.Rollouts;
using Xunit;

namespace Headway.Core.Tests.Environments;

public sealed class LaneTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_release_is_wanted_rolled_out_and_kept()
    {
        var lane = Lane(Wanted(1));
        Assert.Equal("shop-1", LaneDecider.Next(lane)?.Release);
        lane = Then(lane, Opened(1, null));
        Assert.Equal(("shop-production-1", null), (lane.Open, LaneDecider.Next(lane)));
        lane = Then(lane, new LaneEvent.ReleasePromoted("shop-production-1", "shop-1"), Closed(1, RolloutEnd.Completed, "shop-1"));
        Assert.Equal((null, "shop-1", 1), (lane.Open, lane.Current, lane.Rollouts));
        Assert.Equal(["shop-1"], lane.Good);
    }

    [Fact]
    public void Only_a_newer_release_than_any_before_comes_by_itself()
    {
        var lane = Lane(Wanted(3));
        Assert.Null(LaneDecider.Promote(lane, ("shop-3", 3, 0), "again"));
        Assert.Null(LaneDecider.Promote(lane, ("shop-2", 2, 0), "late"));
        Assert.NotNull(LaneDecider.Promote(lane, ("shop-4", 4, 0), "newer"));
    }

    [Fact]
    public void A_release_that_was_turned_away_stays_away_until_a_person_or_a_newer_release()
    {
        var lane = Lane(Wanted(1), Opened(1, null), Closed(1, RolloutEnd.Completed, "shop-1"), Wanted(2), Opened(2, "shop-1"),
            Closed(2, RolloutEnd.RolledBack, "shop-1"), new LaneEvent.HoldPlaced("shop-2", "It fails."));
        Assert.Equal(("shop-2", null), (lane.Hold?.Release, LaneDecider.Next(lane)));
        Assert.Equal("shop-2", LaneDecider.Next(Then(lane, new LaneEvent.HoldLifted("Try again.")))?.Release);
        var newer = Then(lane, Wanted(3));
        Assert.Equal((null, "shop-3"), (newer.Hold, LaneDecider.Next(newer)?.Release));
    }

    [Fact]
    public void A_newer_release_that_waits_already_is_not_held_up_by_the_hold_on_the_older_one()
    {
        var lane = Lane(Wanted(1), Opened(1, null), Wanted(2), Closed(1, RolloutEnd.RolledBack, null), new LaneEvent.HoldPlaced("shop-1", "newer"));
        Assert.Equal("shop-2", LaneDecider.Next(lane)?.Release);
    }

    [Fact]
    public void A_hold_on_everything_outlives_what_happens_to_single_releases()
    {
        var lane = Lane(Wanted(1), Opened(1, null), new LaneEvent.HoldPlaced(null, "A holiday."),
            Closed(1, RolloutEnd.RolledBack, null), new LaneEvent.HoldPlaced("shop-1", "It fails."), Wanted(2));
        Assert.Equal((null, "A holiday."), (lane.Hold!.Release, lane.Hold.Why));
        Assert.Null(LaneDecider.Next(lane));
        Assert.Equal("shop-2", LaneDecider.Next(Then(lane, new LaneEvent.HoldLifted("We are back.")))?.Release);
    }

    [Fact]
    public void A_rollback_that_a_person_asked_for_is_not_stopped_by_holds_and_not_pushed_out_by_a_newer_release()
    {
        var lane = Lane(Wanted(1), Opened(1, null), Closed(1, RolloutEnd.Completed, "shop-1"), Wanted(2), Opened(2, "shop-1"),
            Closed(2, RolloutEnd.Completed, "shop-2"), new LaneEvent.HoldPlaced(null, "A holiday."));
        var (asked, refusal) = LaneDecider.RollBack(lane, null, "It was better.");
        Assert.Null(refusal);
        lane = Then(lane, asked!);
        Assert.Equal(("shop-1", true), (LaneDecider.Next(lane)?.Release, LaneDecider.Next(lane)?.Back));
        Assert.Null(LaneDecider.Promote(lane, ("shop-3", 3, 0), "newer"));
        Assert.NotNull(LaneDecider.Promote(Then(lane, Opened(3, "shop-2")), ("shop-3", 3, 0), "newer"));
    }

    [Theory]
    [InlineData(null, "lane.noEarlier")]
    [InlineData("shop-1", "lane.same")]
    [InlineData("shop-9", "lane.notGood")]
    public void A_rollback_that_cannot_be_is_refused_with_its_rule(string? to, string rule)
    {
        var lane = Lane(Wanted(1), Opened(1, null), Closed(1, RolloutEnd.Completed, "shop-1"));
        Assert.Equal(rule, LaneDecider.RollBack(lane, to, "why").Refusal?.Rule);
    }

    [Theory]
    [InlineData(RolloutEnd.Completed, "RolloutClosed shop-2")]
    [InlineData(RolloutEnd.RolledBack, "RolloutClosed shop-1; HoldPlaced shop-2")]
    [InlineData(RolloutEnd.RollbackFailed, "RolloutClosed shop-1; HoldPlaced shop-2")]
    [InlineData(RolloutEnd.PastReturn, "RolloutClosed shop-2; HoldPlaced shop-2")]
    public void How_a_rollout_ends_decides_which_release_the_lane_has(RolloutEnd end, string expected) =>
        Assert.Equal(expected, string.Join("; ", LaneDecider.Follow(Samples.Begin(), [new RolloutEvent.Ended(end, "why")]).Select(e => e switch
        {
            LaneEvent.RolloutClosed closed => $"RolloutClosed {closed.Current}",
            LaneEvent.HoldPlaced hold => $"HoldPlaced {hold.Release}",
            _ => e.GetType().Name,
        })));

    [Fact]
    public void Promotion_moves_the_lane_before_the_rollout_ends()
    {
        var followed = LaneDecider.Follow(Samples.Begin(), [new RolloutEvent.Promoted("fine", null)]);
        Assert.Equal(new LaneEvent.ReleasePromoted("shop-production-2", "shop-2"), Assert.Single(followed));
    }

    [Fact]
    public void The_same_events_give_the_same_lane_and_the_newest_twenty_good_releases_are_kept()
    {
        var events = Enumerable.Range(1, 25).SelectMany(n => new LaneEvent[]
            { Wanted(n), Opened(n, $"shop-{n - 1}"), Closed(n, RolloutEnd.Completed, $"shop-{n}") }).ToArray();
        var (one, two) = (Lane(events), Lane(events));
        Assert.Equal(one with { Good = [] }, two with { Good = [] });
        Assert.Equal(Enumerable.Range(6, 20).Select(n => $"shop-{n}"), one.Good);
        Assert.Equal((75, 75), (one.Version, one.Position));
    }

    [Fact]
    public void What_waits_is_forgotten_when_it_is_what_the_lane_came_back_to()
    {
        var lane = Lane(Wanted(1), Opened(1, null), Closed(1, RolloutEnd.Completed, "shop-1"),
            Wanted(2), Opened(2, "shop-1"), new LaneEvent.RollbackRequested("shop-1", "why"), Closed(2, RolloutEnd.RolledBack, "shop-1"));
        Assert.Null(lane.Queued);
    }

    private static LaneEvent.PromotionDecided Wanted(int number) => new($"shop-{number}", number, "It passed.");

    private static LaneEvent.RolloutOpened Opened(int number, string? stable) => new($"shop-production-{number}", stable, $"shop-{number}");

    private static LaneEvent.RolloutClosed Closed(int number, RolloutEnd end, string? current) => new($"shop-production-{number}", end, current);

    private static LaneState Lane(params LaneEvent[] events) => Then(LaneState.Empty("shop", "production"), events);

    private static LaneState Then(LaneState lane, params LaneEvent[] events) => events.Aggregate(lane, (l, e) =>
        LaneEvolution.Evolve(l, new Recorded<LaneEvent>(e, l.Position + 1, l.Version + 1, Now, "someone")));
}
