using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Simulation.Replay;
using Xunit;

namespace Headway.Core.Tests.Judging.Signals;

/// <summary>Gauges, and the failures that Kayenta is known for.</summary>
public class GaugeTests
{
    private static readonly SignalTest.Gauge Higher = new(Worse.Higher, 0.25);

    /// <summary>Around 1, never twice the same, without chance.</summary>
    private static double Noise(int look, int side = 0) => 0.9 + 0.2 * new Chance(side, look).Uniform();

    [Fact]
    public void Seven_of_ten_values_a_hundred_times_worse_are_found_in_these_ten()
    {
        var scene = new GaugeScene(Higher);
        scene.Many(10, i => (Noise(i), Noise(i, 1) * (i % 10 is 1 or 4 or 8 ? 1.3 : 100)));
        Assert.Equal(VerdictKind.Rollback, scene.Last.Kind);
        Assert.Equal(10, scene.Looks);
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e6)]
    public void Data_in_another_unit_give_the_same_verdict_at_the_same_look(double unit)
    {
        foreach (var world in new[] { GaugeWorld.Noise, GaugeWorld.Queue, GaugeWorld.Sawtooth, GaugeWorld.WarmUp })
            foreach (var fault in new[] { GaugeFault.None, new(2), new(Growth: 0.05), new(100, 0.3) })
                Assert.Equal(
                    new GaugeReplay(Higher).Run(world, fault, 150, 1),
                    new GaugeReplay(Higher, Unit: unit).Run(world, fault, 150, 1));
    }

    [Fact]
    public void Two_points_against_two_never_fail_a_release()
    {
        var scene = new GaugeScene(Higher);
        for (var i = 0; i < 2; i++) scene.Look(1, 1e9);
        Assert.Equal(VerdictKind.KeepWatching, scene.Last.Kind);
        for (var i = 0; i < 5; i++) Assert.NotEqual(VerdictKind.Rollback, scene.Look(1, 1e9).Kind);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 7)]
    [InlineData(-3, -3)]
    [InlineData(7, 8)]
    public void Constants_within_the_tolerance_are_proven_not_worse(double stable, double candidate)
    {
        var scene = new GaugeScene(Higher);
        scene.Many(40, _ => (stable, candidate));
        Assert.Equal(VerdictKind.Promote, scene.Last.Kind);
        Assert.Contains("not worse", scene.Last.Says);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 9)]
    [InlineData(-9, -3)]
    public void Constants_beyond_the_tolerance_are_found(double stable, double candidate)
    {
        var scene = new GaugeScene(Higher);
        Assert.Equal(VerdictKind.Rollback, scene.Many(40, _ => (stable, candidate)).Kind);
    }

    [Fact]
    public void What_is_worse_when_lower_is_found_and_when_higher_is_welcome()
    {
        var lower = new SignalTest.Gauge(Worse.Lower, 0.25);
        Assert.Equal(VerdictKind.Rollback, new GaugeScene(lower).Many(80, i => (Noise(i), 0.5 * Noise(i, 1))).Kind);
        Assert.Equal(VerdictKind.Promote, new GaugeScene(lower).Many(80, i => (Noise(i), 2 * Noise(i, 1))).Kind);
        var either = new SignalTest.Gauge(Worse.Either, 0.25);
        Assert.Equal(VerdictKind.Rollback, new GaugeScene(either).Many(80, i => (Noise(i), 0.5 * Noise(i, 1))).Kind);
        Assert.Equal(VerdictKind.Rollback, new GaugeScene(either).Many(80, i => (Noise(i), 2 * Noise(i, 1))).Kind);
    }

    [Fact]
    public void Numbers_that_are_none_and_sides_that_show_nothing_say_nothing()
    {
        var scene = new GaugeScene(Higher);
        for (var i = 0; i < 40; i++)
        {
            scene.Look(double.NaN, 1e9);
            scene.Look(1, double.PositiveInfinity);
            scene.Look(SideReading.Read("r1"), SideReading.Read("r2", 1e9));
            scene.Look(1, null);
        }

        Assert.Equal(VerdictKind.KeepWatching, scene.Last.Kind);
        Assert.Contains("not been seen at one time", scene.Last.Says);
    }

    [Fact]
    public void A_difference_below_the_least_that_matters_is_none()
    {
        var scene = new GaugeScene(Higher with { Least = 16 });
        Assert.Equal(VerdictKind.Promote, scene.Many(60, i => (Noise(i), 10 * Noise(i, 1))).Kind);
        Assert.Equal(
            VerdictKind.Rollback, new GaugeScene(Higher with { Least = 4 }).Many(60, i => (Noise(i), 10 * Noise(i, 1))).Kind);
    }

    [Fact]
    public void A_candidate_that_grows_steadily_is_suspected_before_it_has_passed_stable_and_not_blamed()
    {
        var scene = new GaugeScene(Higher);
        scene.Many(60, i => (100 + Noise(i), 20 + i));
        Assert.Equal(VerdictKind.KeepWatching, scene.Last.Kind);
        Assert.Contains("grows steadily", scene.Last.Says);
        Assert.True(scene.Last.LogE >= Math.Log(2));
    }

    [Fact]
    public void A_leak_is_found_soon_after_it_has_passed_stable()
    {
        var scene = new GaugeScene(Higher);
        scene.Many(400, i => (100 + Noise(i), 20 + i));
        Assert.Equal(VerdictKind.Rollback, scene.Last.Kind);

        // 125 is passed at look 105.
        Assert.InRange(scene.Looks, 105, 135);
    }

    [Fact]
    public void Load_that_hits_both_at_once_is_nobodys_fault_and_hides_no_fault()
    {
        static double Load(int i) => i % 40 < 20 ? 1 : 4;
        Assert.NotEqual(VerdictKind.Rollback,
            new GaugeScene(Higher).Many(300, i => (Load(i) * Noise(i), Load(i) * Noise(i, 1))).Kind);
        Assert.Equal(VerdictKind.Rollback,
            new GaugeScene(Higher).Many(300, i => (Load(i) * Noise(i), 2 * Load(i) * Noise(i, 1))).Kind);
    }

    [Fact]
    public void A_step_needs_looks_of_its_own()
    {
        var scene = new GaugeScene(Higher);
        Assert.Equal(VerdictKind.Promote, scene.Many(60, _ => (7, 7)).Kind);
        scene.Step();
        Assert.Equal(VerdictKind.KeepWatching, scene.Look(7, 7).Kind);
        Assert.Contains("too little", scene.Last.Says);
    }

    /// <summary>The full table is printed by `headway bench signals`; this keeps the order of magnitude.</summary>
    [Theory]
    [InlineData(GaugeWorld.Noise)]
    [InlineData(GaugeWorld.Memory)]
    [InlineData(GaugeWorld.WarmUp)]
    [InlineData(GaugeWorld.Sawtooth)]
    [InlineData(GaugeWorld.SameLeak)]
    [InlineData(GaugeWorld.LoadSteps)]
    [InlineData(GaugeWorld.Queue)]
    public void Equal_releases_are_blamed_no_more_often_than_promised(GaugeWorld world)
    {
        var replay = new GaugeReplay(new(Worse.Higher, 0));
        var blamed = Enumerable.Range(0, 100).Count(run => replay.Run(world, GaugeFault.None, 200, run) is not null);

        // 1 % is promised: of a hundred more than four would come about once in 250 times.
        Assert.InRange(blamed, 0, 4);
    }
}
