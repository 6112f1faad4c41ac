using Headway.Core.Evidence;
using Headway.Core.Judging;
using Xunit;

namespace Headway.Core.Tests.Judging.Signals;

public class LimitTests
{
    private static readonly SignalTest.Limit AtMost = new(null, 10);

    [Fact]
    public void Constantly_beyond_the_limit_is_found_in_a_few_looks()
    {
        var scene = new GaugeScene(AtMost);
        Assert.Equal(VerdictKind.Rollback, scene.Many(20, _ => (1, 11)).Kind);
        Assert.InRange(scene.Looks, 3, 8);
        Assert.Contains("at most 10", scene.Last.Says);
    }

    [Fact]
    public void An_outlier_now_and_then_is_no_proof()
    {
        var scene = new GaugeScene(AtMost);
        Assert.Equal(VerdictKind.Promote, scene.Many(200, i => (1, i % 10 == 0 ? 1e9 : 1)).Kind);
    }

    [Fact]
    public void When_stable_is_beyond_it_too_nobody_is_blamed_and_nothing_promoted()
    {
        var scene = new GaugeScene(AtMost);
        for (var i = 0; i < 40; i++) Assert.NotEqual(VerdictKind.Rollback, scene.Look(12, 11).Kind);
        Assert.Equal(VerdictKind.Hold, scene.Last.Kind);
        Assert.Contains("nobody is blamed", scene.Last.Says);
    }

    [Fact]
    public void Without_stable_the_limit_is_judged_as_well()
    {
        var scene = new GaugeScene(new SignalTest.Limit(5, null));
        for (var i = 0; i < 20; i++) scene.Look(null, 9);
        Assert.Equal(VerdictKind.Promote, scene.Last.Kind);
        for (var i = 0; i < 30; i++) scene.Look(null, 4);
        Assert.Equal(VerdictKind.Rollback, scene.Last.Kind);
    }

    [Fact]
    public void A_ratio_is_judged_by_its_share_of_bad_ones()
    {
        var scene = new GaugeScene(new SignalTest.Limit(null, 0.1));
        for (var i = 0; i < 10; i++)
            scene.Look(SideReading.Counted("r1", 100, 1), SideReading.Counted("r2", 100, 20));
        Assert.Equal(VerdictKind.Rollback, scene.Last.Kind);
    }
}
