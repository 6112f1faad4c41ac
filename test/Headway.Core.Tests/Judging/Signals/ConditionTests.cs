using Headway.Core.Evidence;
using Headway.Core.Judging;
using Xunit;

namespace Headway.Core.Tests.Judging.Signals;

public class ConditionTests
{
    private static readonly SignalTest Doubles =
        new SignalTest.Condition("candidate.median > 2.0 * stable.median && candidate.count >= 3.0");

    [Fact]
    public void A_condition_that_keeps_holding_is_proof_and_one_look_is_not()
    {
        var scene = new GaugeScene(Doubles);
        Assert.NotEqual(VerdictKind.Rollback, scene.Many(4, _ => (10, 30)).Kind);
        var found = scene.Many(30, _ => (10, 30));
        Assert.Equal(VerdictKind.Rollback, found.Kind);
        Assert.Contains("held at", found.Says);
    }

    [Fact]
    public void A_condition_that_holds_now_and_then_blames_nobody_and_one_that_never_does_passes()
    {
        var seldom = new GaugeScene(new SignalTest.Condition("candidate.last > 100.0"));
        Assert.NotEqual(VerdictKind.Rollback, seldom.Many(300, i => (10, i % 10 == 0 ? 200 : 10)).Kind);
        Assert.Equal(VerdictKind.Promote, new GaugeScene(Doubles).Many(40, _ => (10, 11)).Kind);
    }

    [Fact]
    public void A_condition_about_stable_says_nothing_while_stable_shows_nothing()
    {
        var scene = new GaugeScene(Doubles);
        for (var i = 0; i < 40; i++) scene.Look(null, 30);
        Assert.NotEqual(VerdictKind.Rollback, scene.Last.Kind);
        Assert.Contains("stable has shown nothing", scene.Last.Says);
    }

    [Fact]
    public void A_condition_without_a_value_says_nothing_and_why()
    {
        var found = new GaugeScene(new SignalTest.Condition("1 / 0 > 1")).Many(40, _ => (10, 11));
        Assert.NotEqual(VerdictKind.Rollback, found.Kind);
        Assert.NotEqual(VerdictKind.Promote, found.Kind);
        Assert.Contains("had no value", found.Says);
    }
}
