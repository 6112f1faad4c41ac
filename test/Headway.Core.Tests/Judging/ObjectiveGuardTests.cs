using Headway.Core.Evidence;
using Headway.Core.Judging;
using Xunit;

namespace Headway.Core.Tests.Judging;

using static Scene;

public class ObjectiveGuardTests
{
    private long sequence;

    [Fact]
    public void A_first_release_that_breaks_the_limit_is_taken_back()
    {
        var verdict = Watch(Guard(0.999), 30, FirstRelease(clients: 20, failures: 4));
        Assert.Equal(VerdictKind.Rollback, verdict.Kind);
        Assert.Equal("objective guard", verdict.Evidence.Method);
        Assert.Contains("99.9 %", verdict.Says);
    }

    [Fact]
    public void A_first_release_within_the_limit_passes_when_its_time_has_come()
    {
        var guard = Guard(0.99);
        Assert.Equal(VerdictKind.KeepWatching, Watch(guard, 14, FirstRelease(20, 0)).Kind);
        Assert.Equal(VerdictKind.Promote, Watch(guard, 4, FirstRelease(20, 1), from: 14).Kind);
    }

    [Fact]
    public void Without_an_objective_one_client_in_twenty_may_fail_and_not_one_in_five()
    {
        Assert.Equal(0.05, GuardLimit.Of(null).FailureRate);
        Assert.Equal(VerdictKind.Promote, Watch(Guard(null), 60, FirstRelease(20, 1)).Kind);
        Assert.Equal(VerdictKind.Rollback, Watch(Guard(null), 60, FirstRelease(20, 4)).Kind);
    }

    [Fact]
    public void When_both_sides_break_the_limit_nobody_is_blamed()
    {
        EvidenceBatch Both(int i) => new(
            "n1", "b", ++sequence, Sides.Lane, 1, Start.AddSeconds(i), Stable(20, 5), Candidate(20, 5));
        var verdict = Watch(Guard(0.999), 30, Both);
        Assert.Equal(VerdictKind.Hold, verdict.Kind);
        Assert.True(verdict.Asks);
    }

    [Fact]
    public void A_release_whose_past_was_no_better_is_not_blamed()
    {
        var guard = new ObjectiveGuard(new(), GuardLimit.Of(0.999), Sides.Lane, "r2") { PastWasGood = false };
        Assert.Equal(VerdictKind.Hold, Watch(guard, 30, FirstRelease(20, 4)).Kind);
    }

    [Fact]
    public void Without_traffic_there_is_no_evidence()
    {
        var verdict = Watch(Guard(0.999), 610, FirstRelease(0, 0));
        Assert.Equal(VerdictKind.NoEvidence, verdict.Kind);
    }

    [Fact]
    public void A_guard_fed_again_says_the_same()
    {
        var batches = Enumerable.Range(0, 10).Select(FirstRelease(20, 1)).ToList();
        var (live, again) = (Guard(0.99), Guard(0.99));
        JudgeStep[] steps = [new(Start, 1, 1, TimeSpan.Zero)];
        live.StepStarted(steps[0]);
        foreach (var batch in batches) live.Observe(batch);
        again.Replay(steps, batches);
        Assert.Equal(live.Assess(Start.AddSeconds(10)).Evidence.LogE, again.Assess(Start.AddSeconds(10)).Evidence.LogE, 9);
    }

    [Fact]
    public void The_same_batch_counts_once()
    {
        var guard = Guard(0.999);
        var batch = FirstRelease(20, 1)(0);
        Assert.True(guard.Observe(batch));
        Assert.False(guard.Observe(batch));
        Assert.Equal(20, guard.Assess(Start).Evidence.CandidateTrials);
    }

    /// <summary>Every outcome of a small design weighed with its probability.</summary>
    [Fact]
    public void A_side_within_the_limit_is_expected_to_collect_nothing()
    {
        foreach (var limit in new[] { 0.01, 0.05, 0.5 })
            foreach (var p in new[] { limit, limit / 3 })
            {
                var sum = 0.0;
                for (var first = 0; first < 16; first++)
                    for (var second = 0; second < 16; second++)
                    {
                        var process = new LimitProcess(limit, MixtureDesign.Errors);
                        var (a, b) = (int.PopCount(first), int.PopCount(second));
                        process.Apply(4, a, wakes: true);
                        process.Apply(4, b, wakes: true);
                        sum += Math.Pow(p, a + b) * Math.Pow(1 - p, 8 - a - b) * Math.Exp(process.LogE);
                    }

                Assert.True(sum <= 1 + 1e-12, $"{sum} at {limit}, {p}");
            }
    }

    private static ObjectiveGuard Guard(double? availability) =>
        new(new(), GuardLimit.Of(availability), Sides.Lane, "r2");

    private Func<int, EvidenceBatch> FirstRelease(int clients, int failures) => i => new(
        "n1", "b", ++sequence, Sides.Lane, 1, Start.AddSeconds(i),
        Candidate(clients, failures), null);

    private static Verdict Watch(ObjectiveGuard guard, int seconds, Func<int, EvidenceBatch> batch, int from = 0)
    {
        if (from == 0) guard.StepStarted(new(Start, 1, 1, TimeSpan.Zero));
        var verdict = guard.Assess(Start.AddSeconds(from));
        for (var i = from; i < from + seconds; i++)
        {
            guard.Observe(batch(i));
            verdict = guard.Assess(Start.AddSeconds(i + 1));
            if (verdict.Kind == VerdictKind.Rollback) break;
        }

        return verdict;
    }
}
