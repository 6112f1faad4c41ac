using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Xunit;
using static Headway.Core.Tests.Rollouts.Samples;

namespace Headway.Core.Tests.Rollouts;

/// <summary>`!` marks an effect that must show the decision's own fence; the lease stands in brackets.</summary>
public sealed class WantedEffectsTests
{
    [Fact]
    public void What_each_step_of_a_canary_wants_in_order()
    {
        var lines = Enumerable.Range(0, Canary.Steps.Length).Select(i => Wanted(i == Checking
            ? At(i).Then(new RolloutEvent.TaskAttempted(i, "check-1", 1)) : At(i)));
        Assert.Equal(
        [
            "shop-1 alone; shop-2 x1!; shop-1 x2",
            "shop-1 alone; shop-2 x1; shop-production-2.check-1#1!; shop-1 x2",
            "shop-2 x1; 5 % shop-2 over shop-1 [30 s]!; shop-1 x2",
            "shop-2 x1; 5 % shop-2 over shop-1 [30 s]; shop-1 x2",
            "shop-2 x1; 5 % shop-2 over shop-1 [30 s]; shop-1 x2",
            "shop-2 x2!; 5 % shop-2 over shop-1 [30 s]; shop-1 x2",
            "shop-2 x2; 95 % shop-2 over shop-1 [86400 s]!; shop-1 x2",
            "shop-2 x2; 95 % shop-2 over shop-1 [86400 s]; shop-1 x2",
            "shop-2 x2; 100 % shop-2 over shop-1 [86400 s]!; shop-1 x2",
            "shop-2 x2; 100 % shop-2 over shop-1!; shop-1 x0!",
        ], lines);
    }

    [Fact]
    public void The_way_back_takes_users_away_first_and_stops_the_candidate_last() =>
        Assert.Equal("shop-1 alone!; shop-1 x2; shop-2 x0!", Wanted(At(Watching).GoingBack()));

    [Fact]
    public void Stable_comes_first_where_it_is_gone_or_may_have_been_told_to_stop()
    {
        Assert.Equal("shop-1 x2!; shop-1 alone!; shop-2 x0!", Wanted(At(Retiring).GoingBack()));
        var gone = Seen(500).With("workload", Workload(500, ("shop-1", 0), ("shop-2", 2)));
        Assert.Equal("shop-1 x2!; shop-1 alone!; shop-2 x0!", Wanted(At(Watching).GoingBack(), gone));
    }

    [Fact]
    public void A_first_release_goes_back_to_nobody() =>
        Assert.Equal("nobody!; shop-2 x0!", Wanted(At(Watching, stable: null).GoingBack()));

    [Fact]
    public void Nothing_is_wanted_of_what_has_ended() =>
        Assert.Equal("", Wanted(At(Watching).GoingBack().Then(new RolloutEvent.Ended(RolloutEnd.RolledBack, "It fails."))));

    [Fact]
    public void A_lane_at_rest_wants_its_own_release_alone()
    {
        var left = Seen(500).With("workload", Workload(500, ("shop-1", 2), ("shop-2", 1), ("shop-0", 1)));
        Assert.Equal("shop-1 x2!; shop-1 alone!; shop-0 x0; shop-2 x0", Says(WantedEffects.AtRest("shop-1", 2, left, 90)));
        Assert.Equal("nobody; shop-0 x0; shop-1 x0; shop-2 x0", Says(WantedEffects.AtRest(null, 2, left)));
        Assert.Equal("", Says(WantedEffects.AtRest(null, 2, new(
            System.Collections.Immutable.ImmutableDictionary<string, Observation>.Empty, Verdict.None("-"), TimeSpan.Zero))));
    }

    [Theory]
    [InlineData(2, 100, true)]
    [InlineData(3, 100, true)]
    [InlineData(1, 100, false)]
    [InlineData(2, 99, false)]
    public void Instances_hold_when_enough_are_ready_and_the_fence_shows(int ready, long fence, bool holds) =>
        Assert.Equal(holds, new WantedEffect(new Effect.Runs("workload", "shop-2", 2), 100)
            .Holds(Workload(fence, ("shop-2", ready)), 1));

    [Fact]
    public void A_release_is_stopped_when_it_is_not_there_any_more()
    {
        var stopped = new WantedEffect(new Effect.Runs("workload", "shop-2", 0), 100);
        Assert.True(stopped.Holds(Workload(100, ("shop-1", 2)), 1));
        Assert.False(stopped.Holds(Workload(100, ("shop-2", 0)), 1));
        Assert.False(stopped.Holds(null, 1));
        Assert.False(stopped.Holds(Observation.Unreachable(Start, "silent"), 1));
        Assert.False(stopped.Holds(Workload(100, ("shop-1", 2)), epoch: 2));
    }

    [Fact]
    public void A_share_that_a_node_lowered_does_not_count_as_given()
    {
        var wanted = new WantedEffect(new Effect.Exposed("traffic", "shop-1", "shop-2", Share(0.05), null), 100);
        var seen = Traffic(100, "shop-1", "shop-2", 0.05);
        Assert.True(wanted.Holds(seen, 1));
        Assert.False(wanted.Holds(seen with { Lowered = new(LoweredBy.Lease, "silent") }, 1));
        Assert.False(wanted.Holds(Traffic(100, "shop-1", "shop-2", 0.25), 1));
        Assert.False(wanted.Holds(Traffic(100, "shop-0", "shop-2", 0.05), 1));
        var nobody = new WantedEffect(new Effect.Exposed("traffic", "shop-1", null, Exposure.Nobody, null), 100);
        Assert.True(nobody.Holds(Traffic(100, "shop-1", null, 0) with { Lowered = new(LoweredBy.Lease, "silent") }, 1));
    }

    private static string Wanted(RolloutState state, Seen? seen = null) => Says(WantedEffects.Of(state, seen ?? Seen(500)));

    private static string Says(IEnumerable<WantedEffect> wanted) =>
        string.Join("; ", wanted.Select(w => Says(w.Effect) + (w.MustShow > 0 ? "!" : "")));

    private static string Says(Effect effect) => effect switch
    {
        Effect.Runs runs => $"{runs.Release} x{runs.Instances}",
        Effect.Done done => done.Key,
        Effect.Exposed { Candidate: null, Stable: null } => "nobody",
        Effect.Exposed { Candidate: null } alone => $"{alone.Stable} alone",
        Effect.Exposed e => $"{Steps.Percent(e.To.ShareOfUsers)} {e.Candidate} over {e.Stable ?? "nothing"}"
            + (e.Lease is { } lease ? $" [{lease.For.TotalSeconds:0} s]" : ""),
        _ => throw new InvalidOperationException(),
    };
}
