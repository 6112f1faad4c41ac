using Headway.Core.Evidence;
using Headway.Core.Judging;
using Xunit;

namespace Headway.Core.Tests.Judging;

using static Scene;

/// <summary>`objectives.latency` is judged absolutely.</summary>
public class LatencyGuardTests
{
    private static readonly LatencyCounts Quick = Answers(19, 20), Slow = Answers(400, 20);
    private static readonly LatencyCounts NoPast = LatencyCounts.Empty;
    private long sequence;

    [Fact]
    public void A_first_release_that_is_slower_than_promised_is_taken_back()
    {
        var verdict = Watch(Guard(NoPast), Slow, null);
        Assert.Equal(VerdictKind.Rollback, verdict.Kind);
        Assert.Contains("p99 of 300 ms", verdict.Says);
        Assert.Contains(verdict.Evidence.Metrics, metric => metric.Name == "objective p99");
    }

    [Fact]
    public void Within_the_promise_it_passes() =>
        Assert.Equal(VerdictKind.Promote, Watch(Guard(NoPast), Quick, null).Kind);

    [Fact]
    public void Slow_answers_that_never_ended_count() =>
        Assert.Equal(VerdictKind.Rollback, Watch(Guard(NoPast), Quick, null, unfinished: 5).Kind);

    [Fact]
    public void When_both_are_slower_than_promised_nobody_is_blamed()
    {
        var verdict = Watch(Guard(NoPast), Slow, Slow);
        Assert.Equal(VerdictKind.Hold, verdict.Kind);
        Assert.Contains("nobody is blamed", verdict.Says);
        Assert.Equal(VerdictKind.Rollback, Watch(Guard(NoPast), Slow, Quick).Kind);
    }

    [Fact]
    public void A_promise_that_the_past_broke_blames_nobody() =>
        Assert.Equal(VerdictKind.Hold, Watch(Guard(Slow), Slow, null).Kind);

    [Fact]
    public void Without_a_promise_nothing_is_too_slow()
    {
        var guard = new ObjectiveGuard(new(), GuardLimit.Of(0.99), (Sides.Lane, "r2"), [], NoPast);
        Assert.Equal(VerdictKind.Promote, Watch(guard, Slow, null).Kind);
    }

    [Fact]
    public void A_moment_in_which_the_machine_stands_still_is_not_a_slow_release()
    {
        var guard = Guard(NoPast);
        guard.StepStarted(new(Start, 1, 1, TimeSpan.Zero));
        for (var i = 0; i < 30; i++)
        {
            // 99 of 5,280 answers are beyond the promise of one in a hundred, and all of them in one second.
            var answers = i == 10 ? Answers((19, 77), (900, 99)) : Answers(19, 176);
            guard.Observe(Second(i, answers, null));
            Assert.NotEqual(VerdictKind.Rollback, guard.Assess(Start.AddSeconds(i + 1)).Kind);
        }
    }

    [Fact]
    public void A_few_held_back_users_who_see_the_same_slowness_clear_the_release()
    {
        EvidenceBatch Both(int i) => Second(i, Answers((19, 160), (400, 40)), Answers((19, 6), (400, 2)));
        var guard = Guard(NoPast);
        guard.StepStarted(new(Start, 1, 1, TimeSpan.Zero));
        var verdict = guard.Assess(Start);
        for (var i = 0; i < 30; i++)
        {
            guard.Observe(Both(i));
            verdict = guard.Assess(Start.AddSeconds(i + 1));
            Assert.NotEqual(VerdictKind.Rollback, verdict.Kind);
        }
        Assert.Contains("nobody is blamed", verdict.Says);
    }

    private EvidenceBatch Second(int i, LatencyCounts candidate, LatencyCounts? stable) => new(
        "n1", "b", ++sequence, Sides.Lane, 1, Start.AddSeconds(i),
        stable is null ? SideCounts.None("") : Stable(20) with { Latency = stable },
        Candidate(20) with { Latency = candidate });

    private static LatencyCounts Answers(params (double Milliseconds, int Count)[] some) =>
        new([.. some.Select(each => LatencyScale.BucketOf(each.Milliseconds))], [.. some.Select(each => each.Count)]);

    private static LatencyCounts Answers(double milliseconds, int count) =>
        new([LatencyScale.BucketOf(milliseconds)], [count]);

    private static ObjectiveGuard Guard(LatencyCounts past) => new(
        new(), GuardLimit.Of(0.99), (Sides.Lane, "r2"),
        LatencyLimit.Of(TimeSpan.FromMilliseconds(500), null, TimeSpan.FromMilliseconds(300)), past);

    private Verdict Watch(ObjectiveGuard guard, LatencyCounts answers, LatencyCounts? stable, int unfinished = 0)
    {
        guard.StepStarted(new(Start, 1, 1, TimeSpan.Zero));
        var verdict = guard.Assess(Start);
        for (var i = 0; i < 30 && verdict.Kind != VerdictKind.Rollback; i++)
        {
            guard.Observe(new("n1", "b", ++sequence, Sides.Lane, 1, Start.AddSeconds(i),
                stable is null ? SideCounts.None("") : Stable(20) with { Latency = stable },
                Candidate(20) with { Latency = answers, Unfinished = unfinished }));
            verdict = guard.Assess(Start.AddSeconds(i + 1));
        }

        return verdict;
    }
}
