using System.Collections.Immutable;
using Headway.Core.Drift;
using Headway.Core.Environments;
using Headway.Core.Services;
using Xunit;

namespace Headway.Core.Tests.Drift;

public sealed class DriftDeciderTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);
    private static readonly LaneState Lane = LaneState.Empty("shop", "production") with { Current = "shop-2" };
    private static readonly ImmutableArray<string> Changed = ["n1: changed main.js"];

    [Fact]
    public void What_is_found_is_recorded_once_healed_by_policy_and_ended()
    {
        var events = DriftDecider.Decide(DriftState.None, Lane, Changed, HealPolicy.Auto, Now);
        Assert.Collection(events, e => Assert.IsType<DriftEvent.Found>(e), e => Assert.IsType<DriftEvent.HealBegun>(e));
        var known = Then(DriftState.None, events, Now);
        Assert.Empty(DriftDecider.Decide(known, Lane, Changed, HealPolicy.Auto, Now.AddSeconds(30)));
        Assert.IsType<DriftEvent.Ended>(Assert.Single(DriftDecider.Decide(known, Lane, [], HealPolicy.Auto, Now.AddSeconds(30))));
        Assert.Empty(DriftDecider.Decide(DriftState.None, Lane, [], HealPolicy.Auto, Now));
        foreach (var policy in new[] { HealPolicy.Ask, HealPolicy.Never })
            Assert.IsType<DriftEvent.Found>(Assert.Single(DriftDecider.Decide(DriftState.None, Lane, Changed, policy, Now)));
    }

    [Fact]
    public void It_never_works_against_a_rollout_a_hold_or_somebody_who_goes_on_changing_it()
    {
        Assert.Empty(DriftDecider.Decide(DriftState.None, Lane with { Open = "rollout" }, Changed, HealPolicy.Auto, Now));
        var held = Lane with { Hold = new(null, "A holiday.", Now) };
        Assert.IsType<DriftEvent.Found>(Assert.Single(DriftDecider.Decide(DriftState.None, held, Changed, HealPolicy.Auto, Now)));
        var known = DriftState.None;
        var (heals, at) = (0, Now);
        for (; at < Now.AddMinutes(9); at = at.AddSeconds(30))
        {
            var events = DriftDecider.Decide(known, Lane, Changed, HealPolicy.Auto, at);
            heals += events.Count(each => each is DriftEvent.HealBegun);
            known = Then(known, events, at);
        }
        Assert.Equal(DriftDecider.MostHeals, heals);
        Assert.Contains("works against it", DriftDecider.Says(known, Lane, HealPolicy.Auto, at));
        Assert.Contains(DriftDecider.Decide(known, Lane, Changed, HealPolicy.Auto, Now.AddMinutes(20)), each => each is DriftEvent.HealBegun);
    }

    private static DriftState Then(DriftState state, ImmutableArray<DriftEvent> events, DateTimeOffset at) =>
        events.Aggregate(state, (known, each) => known.Evolve(each, at));
}
