using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Xunit;
using static Headway.Core.Tests.Rollouts.Samples;

namespace Headway.Core.Tests.Rollouts;

public sealed class RolloutDeciderTests
{
    private const long Obeyed = 200;

    [Theory]
    [InlineData(VerdictKind.KeepWatching, "")]
    [InlineData(VerdictKind.Promote, "StepPassed")]
    [InlineData(VerdictKind.Rollback, "RollbackStarted")]
    [InlineData(VerdictKind.NoEvidence, "Judged")]
    [InlineData(VerdictKind.Inconclusive, "Judged")]
    [InlineData(VerdictKind.Hold, "Judged")]
    public void A_watch_answers_each_verdict(VerdictKind kind, string expected) =>
        Assert.Equal(expected, Names(At(Watching), Seen(Obeyed, Says(kind))));

    [Theory]
    [InlineData(OnInconclusive.Ask, 100, "Judged")]
    [InlineData(OnInconclusive.Promote, 100, "StepPassed")]
    [InlineData(OnInconclusive.Promote, 0, "Judged")]
    [InlineData(OnInconclusive.RollBack, 100, "RollbackStarted")]
    [InlineData(OnInconclusive.RollBack, 0, "RollbackStarted")]
    public void Time_without_proof_is_passed_only_where_the_rules_allow_and_never_without_trials(
        OnInconclusive rule, int trials, string expected) =>
        Assert.Equal(expected, Names(At(Watching, rules: Rules with { OnInconclusive = rule }),
            Seen(Obeyed, Says(VerdictKind.Inconclusive, trials))));

    [Theory]
    [InlineData(14, 0, "Judged")]
    [InlineData(15, 0, "StepPassed")]
    [InlineData(0, 15, "StepPassed")]
    public void A_watch_never_passes_before_its_time_by_the_servers_count_or_the_judges(double watched, double judged, string expected)
    {
        var verdict = Says(VerdictKind.Promote);
        verdict = verdict with { Evidence = verdict.Evidence with { ClockSeconds = judged } };
        Assert.Equal(expected, Names(At(Watching), Seen(Obeyed, verdict, watched)));
    }

    [Fact]
    public void A_watch_for_requests_waits_for_them()
    {
        var plan = Canary with { Steps = Canary.Steps.SetItem(Watching, ((Step.Watch)Canary.Steps[Watching]) with { Requests = 1000 }) };
        Assert.Equal("Judged", Names(At(Watching, plan), Seen(Obeyed, Says(VerdictKind.Promote, trials: 999))));
        Assert.Equal("StepPassed", Names(At(Watching, plan), Seen(Obeyed, Says(VerdictKind.Promote, trials: 1000))));
    }

    [Fact]
    public void Hold_back_passes_with_its_time_or_a_newer_release_and_is_still_judged()
    {
        Assert.Equal("", Names(At(HoldingBack), Seen(Obeyed, Says(VerdictKind.KeepWatching), 3599)));
        Assert.Equal("StepPassed", Names(At(HoldingBack), Seen(Obeyed, elapsed: 3600)));
        Assert.Equal("StepPassed", Names(At(HoldingBack).Then(new RolloutEvent.HoldBackCut("newer")), Seen(Obeyed)));
        Assert.Equal("RollbackStarted", Names(At(HoldingBack), Seen(Obeyed, Says(VerdictKind.Rollback))));
    }

    [Fact]
    public void A_pause_stops_steps_and_not_the_way_back()
    {
        var paused = At(Watching).Then(new RolloutEvent.Paused("lunch"));
        Assert.Equal("Judged", Names(paused, Seen(Obeyed, Says(VerdictKind.Promote))));
        Assert.Equal("RollbackStarted", Names(paused, Seen(Obeyed, Says(VerdictKind.Rollback))));
    }

    [Fact]
    public void A_step_passes_only_on_an_observation_that_shows_its_fence()
    {
        var state = At(Exposing);
        Assert.Equal("", Names(state, Seen(state.StepPosition - 1)));
        Assert.Equal("StepPassed", Names(state, Seen(state.StepPosition)));
    }

    [Fact]
    public void Promotion_is_recorded_with_the_last_step_that_decides_and_the_end_with_the_last_step()
    {
        var exposing = At(HoldingBack - 1);
        Assert.Equal("StepPassed Promoted", Names(exposing, Seen(Obeyed).With("traffic", Traffic(Obeyed, "shop-1", "shop-2", 0.95))));
        Assert.Equal("StepPassed Ended", Names(At(Retiring), Seen(Obeyed)
            .With("traffic", Traffic(Obeyed, "shop-1", "shop-2", 1)).With("workload", Workload(Obeyed, ("shop-2", 2)))));
    }

    [Fact]
    public void A_budget_spent_on_a_node_takes_the_candidate_back_and_that_of_an_earlier_rollout_does_not()
    {
        var lowered = Traffic(Obeyed, "shop-1", "shop-2", 0.05) with { Lowered = new(LoweredBy.Budget, "50 requests failed.") };
        Assert.Equal(RollbackCause.BudgetSpent, Back(At(Watching), Seen(Obeyed).With("traffic", lowered)));
        Assert.Equal("", Names(At(Watching), Seen(Obeyed).With("traffic", lowered with { Fence = new(1, 99) })));
        Assert.Equal("", Names(At(Watching), Seen(Obeyed).With("traffic",
            lowered with { Exposed = lowered.Exposed! with { Candidate = "shop-0" } })));
    }

    [Fact]
    public void A_lease_that_ran_out_is_not_the_candidates_fault()
    {
        var lowered = Traffic(Obeyed, "shop-1", "shop-2", 0.05) with { Lowered = new(LoweredBy.Lease, "The server was silent.") };
        Assert.Equal("", Names(At(Watching), Seen(Obeyed).With("traffic", lowered)));
    }

    [Fact]
    public void A_candidate_without_ready_instances_is_taken_back_once_users_meet_it()
    {
        var down = Workload(Obeyed, ("shop-1", 2), ("shop-2", 0));
        Assert.Equal(RollbackCause.CandidateDown, Back(At(Watching), Seen(Obeyed).With("workload", down)));
        Assert.Equal("", Names(At(Checking).Then(new RolloutEvent.TaskAttempted(Checking, "check-1", 1)), Seen(Obeyed).With("workload", down)));
        Assert.Equal("", Names(At(Watching), Seen(Obeyed).With("workload", down with { Fence = new(1, 50) })));
        Assert.Equal("", Names(At(Watching), Seen(Obeyed).With("workload", Observation.Unreachable(Start, "Node node-1 is silent."))));
    }

    [Fact]
    public void A_candidate_that_cannot_start_goes_back_at_once_and_a_slow_one_after_the_limit()
    {
        var cells = Workload(Obeyed, ("shop-1", 2), ("shop-2", 0));
        Assert.Equal("", Names(At(Placing), Seen(Obeyed).With("workload", cells)));
        Assert.Equal(RollbackCause.TookTooLong, Back(At(Placing), Seen(Obeyed, elapsed: 121).With("workload", cells)));
        var failed = cells with { Cells = [cells.Cells[0], cells.Cells[1] with { Failure = "exit code 3" }] };
        Assert.Equal(RollbackCause.CannotStart, Back(At(Placing), Seen(Obeyed).With("workload", failed)));
    }

    [Fact]
    public void What_is_slow_never_takes_a_promoted_release_back()
    {
        var running = Workload(Obeyed, ("shop-1", 1), ("shop-2", 2));
        var all = Seen(Obeyed, elapsed: 121).With("workload", running).With("traffic", Traffic(Obeyed, "shop-1", "shop-2", 1));
        Assert.Equal("StepPassed Ended", Names(At(Retiring), all));
        Assert.Equal("", Names(At(Retiring - 1), Seen(1, elapsed: 121).With("workload", running)));
    }

    [Fact]
    public void Worse_without_an_earlier_release_is_past_return()
    {
        var first = new Plan("first release", 2, [new Step.Place("workload", 2), new Step.Expose("traffic", Share(1))], []);
        Assert.Equal("Ended PastReturn", End(At(1, first, stable: null), Seen(Obeyed, Says(VerdictKind.Rollback))));
        var failed = Workload(Obeyed, ("shop-2", 0));
        failed = failed with { Cells = [failed.Cells[0] with { Failure = "exit code 3" }] };
        Assert.Equal(RollbackCause.CannotStart, Back(At(0, first, stable: null), Seen(Obeyed).With("workload", failed)));
    }

    [Fact]
    public void Going_back_ends_when_the_world_is_back_and_calls_people_when_it_takes_too_long()
    {
        var back = At(Watching).GoingBack();
        var seen = Seen(Obeyed).With("traffic", Traffic(Obeyed, "shop-1", null, 0)).With("workload", Workload(Obeyed, ("shop-1", 2)));
        Assert.Equal("Ended RolledBack", End(back, seen));
        Assert.Equal("", Names(back, seen.With("traffic", Traffic(back.StepPosition - 1, "shop-1", null, 0))));
        Assert.Equal("", Names(back, seen.With("workload", Workload(Obeyed, ("shop-1", 2), ("shop-2", 1)))));
        Assert.Equal("Ended RollbackFailed", End(back, Seen(Obeyed, elapsed: 601)));
    }

    [Fact]
    public void A_verdict_that_flips_for_hours_does_not_fill_the_stream()
    {
        var state = At(Watching) with { Version = 500 };
        Assert.Equal("", Names(state, Seen(Obeyed, Says(VerdictKind.NoEvidence))));
    }

    internal static string Names(RolloutState state, Seen seen) =>
        string.Join(' ', RolloutDecider.Decide(state, 1, seen).Select(e => e.GetType().Name));

    internal static RollbackCause Back(RolloutState state, Seen seen) =>
        Assert.IsType<RolloutEvent.RollbackStarted>(Assert.Single(RolloutDecider.Decide(state, 1, seen))).Cause;

    private static string End(RolloutState state, Seen seen) =>
        $"Ended {Assert.IsType<RolloutEvent.Ended>(Assert.Single(RolloutDecider.Decide(state, 1, seen))).End}";
}
