using Headway.Core.Evidence;
using Headway.Core.Judging;
using Xunit;

namespace Headway.Core.Tests.Judging.Signals;

using static SignalScene;

public class SignalJudgeTests
{
    [Fact]
    public void Counters_that_get_worse_with_the_candidate_are_proof()
    {
        var scene = new SignalScene(Counted);
        var found = scene.Looks(20, _ => scene.Sample(Stable(200, 1), Candidate(20, 4)));
        Assert.Equal(VerdictKind.Rollback, found.Kind);
        Assert.True(found.LogE >= found.LogEToRollBack);
        Assert.StartsWith("payments: ", found.Says);
        Assert.Equal(0.2, found.Candidate!.Events / found.Candidate.Trials, 6);
        Assert.Equal("prometheus", found.Source);
    }

    /// <summary>A retry storm or a broken client fails many times at once: that is one accident, not eight.</summary>
    [Fact]
    public void Failures_that_come_in_bunches_on_both_sides_blame_nobody()
    {
        var scene = new SignalScene(Counted);
        var found = scene.Looks(90, i => scene.Sample(
            Stable(250, i % 11 == 0 ? 9 : 0), Candidate(250, i % 13 == 0 ? 12 : 0)));
        Assert.NotEqual(VerdictKind.Rollback, found.Kind);
        var once = new SignalScene(Counted);
        Assert.NotEqual(VerdictKind.Rollback,
            once.Looks(1, _ => once.Sample(Stable(5000, 0), Candidate(250, 8))).Kind);
    }

    [Fact]
    public void Counters_that_stay_alike_pass_after_proof_and_not_before_the_dwell()
    {
        var scene = new SignalScene(Counted, atLeast: TimeSpan.FromSeconds(20));
        var early = scene.Looks(2, _ => scene.Sample(Stable(2000, 2), Candidate(2000, 2)));
        Assert.Equal(VerdictKind.KeepWatching, early.Kind);
        var late = scene.Looks(10, _ => scene.Sample(Stable(2000, 2), Candidate(2000, 2)));
        Assert.Equal(VerdictKind.Promote, late.Kind);
    }

    [Fact]
    public void A_source_that_cannot_be_asked_is_neither_good_nor_bad()
    {
        var scene = new SignalScene(Counted);
        scene.Looks(3, _ => scene.Sample(Stable(2000, 0), Candidate(2000, 0)));
        Assert.NotEqual(VerdictKind.SourceDown, scene.Looks(2, _ => scene.Sample(null, null, "refused.")).Kind);
        var down = scene.Looks(6, _ => scene.Sample(null, null, "It refused the connection."));
        Assert.Equal(VerdictKind.SourceDown, down.Kind);
        Assert.Equal("payments: prometheus cannot be asked: It refused the connection.", down.Says);
        Assert.NotEqual(VerdictKind.SourceDown,
            scene.Looks(1, _ => scene.Sample(Stable(2000, 0), Candidate(2000, 0))).Kind);
    }

    [Fact]
    public void A_candidate_that_shows_nothing_is_not_good()
    {
        var scene = new SignalScene(Counted);
        Assert.Equal(VerdictKind.NoEvidence, scene.Looks(20, _ => scene.Sample(Stable(200, 0), null)).Kind);
        Assert.Equal(VerdictKind.NoEvidence, new SignalScene(Counted).Wait(40).Kind);
    }

    [Fact]
    public void Too_few_to_judge_is_no_evidence_when_time_is_up()
    {
        var scene = new SignalScene(Counted, atMost: TimeSpan.FromSeconds(60));
        Assert.Equal(VerdictKind.KeepWatching, scene.Looks(5, _ => scene.Sample(Stable(20, 0), Candidate(1, 0))).Kind);
        Assert.Equal(VerdictKind.NoEvidence, scene.Looks(10, _ => scene.Sample(Stable(20, 0), Candidate(1, 0))).Kind);
    }

    [Fact]
    public void Samples_count_once_and_only_for_their_lane_signal_and_releases()
    {
        var scene = new SignalScene(Counted);
        var sample = scene.Sample(Stable(10, 0), Candidate(10, 9));
        Assert.True(scene.Judge.Observe(sample));
        Assert.False(scene.Judge.Observe(sample));
        Assert.False(scene.Judge.Observe(sample with { Sequence = 90, Lane = "shop/staging" }));
        Assert.False(scene.Judge.Observe(sample with { Sequence = 91, Signal = "queue" }));
        Assert.False(scene.Judge.Observe(sample with { Sequence = 92, Candidate = SideReading.Counted("r9", 1, 1) }));
        Assert.Equal(9, scene.Judge.Assess(scene.Now).Candidate!.Events);
    }

    [Fact]
    public void What_is_only_to_be_seen_passes_when_it_is_and_says_why_when_it_is_not()
    {
        var spec = new SignalSpec("telemetry", new SignalSource.Telemetry(false), new SignalTest.Seen());
        var scene = new SignalScene(spec);
        Assert.Equal(VerdictKind.Promote,
            scene.Looks(4, _ => scene.Sample(SideReading.Read("r1", 1), SideReading.Read("r2", 1))).Kind);
        var blind = scene.Looks(9, _ => scene.Sample(SideReading.Read("r1", 1), null) with { Unseen = "no spans came" });
        Assert.Equal((VerdictKind.NoEvidence, "telemetry: no spans came."), (blind.Kind, blind.Says));
    }
}
