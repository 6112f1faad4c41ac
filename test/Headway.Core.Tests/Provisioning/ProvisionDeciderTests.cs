using Headway.Core.Pipelines;
using Headway.Core.Provisioning;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Targets;
using Headway.Core.Tests.Pipelines;
using Headway.Core.Waiting;
using Xunit;

namespace Headway.Core.Tests.Provisioning;

public sealed class ProvisionDeciderTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly JobSpec Job = RunStory.Job("make");
    private static readonly ProvisionSpec Spec = new(Job, RunStory.Job("check"), RunStory.Job("remove"), TimeSpan.FromMinutes(10), []);
    private static readonly ProvisionWish Old = new("shop-1", "k1", Spec), New = new("shop-2", "k2", Spec);
    private DateTimeOffset _now = Now;
    private ProvisionState _state = ProvisionState.None;

    [Fact]
    public void It_is_made_for_what_comes_and_made_as_before_when_that_fails()
    {
        Assert.Equal(ProvisionAct.Make, Next(Old));
        Did(ProvisionAct.Make, Old, true);
        Assert.Null(Next(Old));
        Assert.Equal(New, ProvisionDecider.Wished(_state, [New, Old]));
        Assert.Equal(WaitKind.Environment, ProvisionDecider.WhyWaits(_state, New, "production")!.Kind);
        Assert.Equal(ProvisionAct.Make, Next(New));
        Did(ProvisionAct.Make, New, false);
        Assert.Null(_state.Stands);
        Assert.Contains("could not be made", ProvisionDecider.WhyWaits(_state, New, "production")!.Says);
        // Nobody knows what the failure left, so what users have is made again; and what failed is not tried by itself.
        Assert.Equal(Old, ProvisionDecider.Wished(_state, [New, Old]));
        Assert.Equal(ProvisionAct.Make, Next(Old));
        Assert.Null(ProvisionDecider.Next(_state, New, ("shop-1", HealPolicy.Auto), _now.AddDays(1)));
        Did(ProvisionAct.Make, Old, true);
        Assert.Null(ProvisionDecider.WhyWaits(_state, Old, "production"));
    }

    [Fact]
    public void What_users_have_is_tried_again_less_and_less_often()
    {
        Did(ProvisionAct.Make, Old, false);
        Assert.Null(Next(Old));
        _now += TimeSpan.FromMinutes(1.5);
        Assert.Equal(ProvisionAct.Make, Next(Old));
        Did(ProvisionAct.Make, Old, false);
        _now += TimeSpan.FromMinutes(1.5);
        Assert.Null(Next(Old));
        _now += TimeSpan.FromMinutes(1);
        Assert.Equal(ProvisionAct.Make, Next(Old));
    }

    [Fact]
    public void What_was_made_for_releases_does_not_count_as_healed()
    {
        for (var release = 0; release < 5; release++)
        {
            Did(ProvisionAct.Make, release % 2 == 0 ? Old : New, true);
            Did(ProvisionAct.Check, release % 2 == 0 ? Old : New, true);
        }
        Did(ProvisionAct.Check, Old, false);
        Assert.Equal(ProvisionAct.Make, Next(Old));
    }

    [Theory]
    [InlineData(HealPolicy.Auto, 3)]
    [InlineData(HealPolicy.Ask, 0)]
    [InlineData(HealPolicy.Never, 0)]
    public void It_is_looked_at_from_time_to_time_and_healed_by_policy_but_not_for_ever(HealPolicy heal, int heals)
    {
        Did(ProvisionAct.Make, Old, true);
        var made = 0;
        for (var minute = 0; minute < 50; minute++, _now += TimeSpan.FromMinutes(1))
            if (Next(Old, heal) is { } act)
            {
                Did(act, Old, act is ProvisionAct.Make);
                made += act is ProvisionAct.Make ? 1 : 0;
            }
        Assert.Equal(heals, made);
        Assert.True(_state.HasDrifted);
        Assert.True(_state.Runs.Length < 12);
    }

    [Fact]
    public void It_is_taken_away_once_when_nobody_wants_it()
    {
        Assert.Null(ProvisionDecider.Removal(_state, Spec, "Gone."));
        Did(ProvisionAct.Make, Old, true);
        Assert.Null(ProvisionDecider.Removal(_state, Spec with { Remove = null }, "Gone."));
        Assert.Equal(ProvisionAct.Remove, ProvisionDecider.Removal(_state, Spec, "Gone.")!.Value.Act);
        Did(ProvisionAct.Remove, Old, true);
        Assert.Null(_state.Stands);
        Assert.False(_state.MayBeThere);
        Assert.Null(ProvisionDecider.Removal(_state, Spec, "Gone."));
        Assert.Equal(ProvisionAct.Make, Next(Old));
    }

    private ProvisionAct? Next(ProvisionWish wish, HealPolicy heal = HealPolicy.Auto) => ProvisionDecider.Next(_state, wish, ("shop-1", heal), _now)?.Act;

    private void Did(ProvisionAct act, ProvisionWish wish, bool succeeds)
    {
        var trigger = new RunTrigger(TriggerKind.Provision, "main") { Provisions = new(wish.Release, "production", act, wish.Key, _state.Runs.Length + 1) };
        var run = new RunStory(spec => spec, trigger, Job).State with
        {
            Outcome = succeeds ? RunOutcome.Succeeded : RunOutcome.Failed, Says = "Said.", StartedAt = _now, FinishedAt = _now,
        };
        _state = new(_state.Runs.Add(run));
    }
}
