using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Answers;
using Headway.Core.Judging;
using Headway.Core.Judging.Answers;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Core.Tests.Rollouts;
using Xunit;

namespace Headway.Core.Tests.Judging.Answers;

public sealed class ShadowJudgeTests
{
    private static readonly Plan Plan = new("shadow, canary", 1,
    [
        new Step.Place("workload", 1),
        new Step.Expose("traffic", new Exposure.Mirror(0.1)),
        new Step.Watch(WatchFor.Answers, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(11), 50),
        new Step.Expose("traffic", Samples.Share(0.05)),
        new Step.Watch(WatchFor.Users, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(10)),
        new Step.Expose("traffic", Samples.Share(1)),
    ], []);

    private static readonly Verdict NoUsers = Verdict.None("No user has met the candidate.");
    private readonly RolloutState open = Samples.At(2, Plan);
    private readonly ShadowJudge judge;
    private DateTimeOffset now = Samples.Start;
    private long sequence;

    public ShadowJudgeTests()
    {
        judge = ShadowJudge.Of(open, new())!;
        judge.StepStarted(2, new(now, 0, 0.05, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(11), 50));
    }

    [Fact]
    public void Only_a_plan_that_copies_requests_has_one() => Assert.Null(ShadowJudge.Of(Samples.At(2), new()));

    [Fact]
    public void Answers_that_differ_from_stables_take_it_back_though_no_user_met_it()
    {
        var verdict = Watch(30, () => Look(ShadowSignals.Answers, stable: (2, 0), candidate: (5, 4), "GET /orders/{id}: $.total 12.5 -> 12"));
        Assert.Equal(VerdictKind.Rollback, verdict.Kind);
        Assert.Equal("signal: shadow answers", verdict.Evidence.Method);
        Assert.Contains("GET /orders/{id}: $.total 12.5 -> 12", verdict.Says);
        var back = Assert.Single(RolloutDecider.Decide(open, 1, new(
            ImmutableDictionary<string, Observation>.Empty, verdict, TimeSpan.FromSeconds(5))));
        Assert.Equal(RollbackCause.ProvenWorse, Assert.IsType<RolloutEvent.RollbackStarted>(back).Cause);
    }

    [Fact]
    public void The_same_answers_pass_it_after_the_time_and_the_number_that_were_asked_for()
    {
        Assert.Equal(VerdictKind.KeepWatching, Watch(10, Same).Kind);
        var verdict = Watch(60, Same);
        Assert.Equal(VerdictKind.Promote, verdict.Kind);
        Assert.True(verdict.Evidence.CandidateRequests >= 50);
        var passed = RolloutDecider.Decide(open, 1, new(
            ImmutableDictionary<string, Observation>.Empty, verdict, TimeSpan.FromMinutes(1)));
        Assert.Equal(PassedBy.Promote, Assert.IsType<RolloutEvent.StepPassed>(Assert.Single(passed)).Proof);
    }

    [Fact]
    public void Answers_that_stable_itself_gives_otherwise_blame_nobody() =>
        Assert.Equal(VerdictKind.Promote, Watch(360, () =>
        {
            Look(ShadowSignals.Answers, stable: (4, 2), candidate: (8, 4));
            Look(ShadowSignals.Errors, stable: (8, 0), candidate: (8, 0));
        }).Kind);

    [Fact]
    public void Fewer_answers_than_asked_for_do_not_pass_it_and_ask_when_time_is_up()
    {
        var verdict = Watch(120, () => { if (sequence < 12) Same(); });
        Assert.NotEqual(VerdictKind.Promote, verdict.Kind);
        verdict = Watch(600, () => { });
        Assert.Equal((VerdictKind.NoEvidence, true), (verdict.Kind, verdict.Asks));
    }

    [Fact]
    public void Requests_that_fail_on_the_candidate_alone_take_it_back()
    {
        var verdict = Watch(30, () => Look(ShadowSignals.Errors, stable: (5, 0), candidate: (5, 5), "GET /: status 200 -> 500"));
        Assert.Equal((VerdictKind.Rollback, "signal: shadow errors"), (verdict.Kind, verdict.Evidence.Method));
    }

    [Fact]
    public void Slow_copies_stop_it_and_ask_a_person()
    {
        var verdict = Watch(60, () =>
        {
            Same();
            Look(ShadowSignals.Latency, stable: (3, 0), candidate: (5, 5));
        });
        Assert.Equal((VerdictKind.Hold, true), (verdict.Kind, verdict.Asks));
    }

    [Fact]
    public void In_later_steps_users_decide_and_what_was_compared_is_shown()
    {
        Watch(60, Same);
        judge.StepStarted(4, new(now, 0.05, 1, TimeSpan.FromSeconds(15)));
        Assert.Equal(now, judge.UsersSince);
        var verdict = judge.Assess(NoUsers, isWatched: true, now);
        Assert.Equal((VerdictKind.NoEvidence, NoUsers.Says), (verdict.Kind, verdict.Says));
        Assert.Equal(ShadowSignals.All.Select(s => s.Name), verdict.Signals.Select(s => s.Name));
    }

    [Fact]
    public void Harm_to_users_wins_over_answers_that_are_the_same()
    {
        Watch(60, Same);
        var harm = NoUsers with { Kind = VerdictKind.Rollback, Says = "Users are hurt." };
        Assert.Equal("Users are hurt.", judge.Assess(harm, isWatched: true, now).Says);
    }

    private void Same()
    {
        Look(ShadowSignals.Answers, stable: (2, 0), candidate: (5, 0));
        Look(ShadowSignals.Errors, stable: (5, 0), candidate: (5, 0));
    }

    private Verdict Watch(int seconds, Action each)
    {
        var verdict = NoUsers;
        for (var i = 0; i < seconds; i++)
        {
            now = now.AddSeconds(1);
            each();
            verdict = judge.Assess(NoUsers, isWatched: true, now);
            if (verdict.Kind == VerdictKind.Rollback) break;
        }
        return verdict;
    }

    private void Look(string signal, (double, double) stable, (double, double) candidate, params string[] examples) =>
        Assert.True(judge.Observe(new(
            "shop/production", signal, "n1/b", ++sequence, now, SideReading.Counted("shop-1", stable.Item1, stable.Item2),
            SideReading.Counted("shop-2", candidate.Item1, candidate.Item2) with { Examples = [.. examples] })));
}
