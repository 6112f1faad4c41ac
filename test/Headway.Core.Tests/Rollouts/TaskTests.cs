using Headway.Core.Rollouts;
using Headway.Core.Targets;
using Xunit;
using static Headway.Core.Tests.Rollouts.RolloutDeciderTests;
using static Headway.Core.Tests.Rollouts.Samples;

namespace Headway.Core.Tests.Rollouts;

public sealed class TaskTests
{
    private const long Obeyed = 200;
    private const string First = "shop-production-2.check-1#1", Second = "shop-production-2.check-1#2";

    [Fact]
    public void The_first_attempt_is_an_event() => Assert.Equal("TaskAttempted", Names(At(Checking), Seen(Obeyed)));

    [Theory]
    [InlineData(Outcome.Running, "")]
    [InlineData(Outcome.Succeeded, "StepPassed")]
    [InlineData(Outcome.Failed, "TaskAttempted")]
    [InlineData(Outcome.Lost, "Paused")]
    public void Each_end_has_its_answer(Outcome outcome, string expected) =>
        Assert.Equal(expected, Names(Attempted(1), Ran(First, outcome)));

    [Fact]
    public void The_last_attempt_that_fails_turns_the_release_away_and_says_what_it_printed()
    {
        var seen = Seen(Obeyed).With("workload", Workload(Obeyed, ("shop-2", 1)).Task(Second, Outcome.Failed, 7, "trying\nno answer\n"));
        var back = Assert.IsType<RolloutEvent.RollbackStarted>(Assert.Single(RolloutDecider.Decide(Attempted(2), 1, seen)));
        Assert.Equal((RollbackCause.ChecksFailed, "`./smoke.sh` failed with exit code 7: no answer"), (back.Cause, back.Why));
    }

    [Fact]
    public void What_an_earlier_rollout_or_attempt_said_counts_for_nothing()
    {
        Assert.Equal("", Names(Attempted(1), Ran("check-1#1", Outcome.Succeeded)));
        Assert.Equal("", Names(Attempted(1), Ran("shop-production-1.check-1#1", Outcome.Succeeded)));
        Assert.Equal("", Names(Attempted(2), Ran(First, Outcome.Succeeded)));
        var state = Attempted(1);
        Assert.Equal("", Names(state, Seen(Obeyed).With("workload",
            Workload(state.StepPosition - 1, ("shop-2", 1)).Task(First, Outcome.Succeeded))));
    }

    [Fact]
    public void A_task_that_never_says_anything_or_never_ends_does_not_hold_the_rollout_for_ever()
    {
        var late = Ran(First, Outcome.Running) with { StepElapsed = TimeSpan.FromMinutes(7.1) };
        Assert.Equal(RollbackCause.TookTooLong, Back(Attempted(1), late));
        Assert.Equal(RollbackCause.TookTooLong, Back(Attempted(1), Seen(Obeyed, elapsed: 7.1 * 60)));
    }

    [Fact]
    public void Only_a_lost_attempt_is_tried_again_when_a_person_resumes()
    {
        var lost = Attempted(1).Then([.. RolloutDecider.Decide(Attempted(1), 1, Ran(First, Outcome.Lost))]);
        Assert.Equal(1, lost.LostAttempt);
        var again = lost.Then([.. RolloutCommands.Decide(lost, new RolloutCommand.Resume("Look at it again.")).Events]);
        Assert.Equal((2, null, null), (again.Attempt, again.PausedWhy, again.LostAttempt));
        var paused = Attempted(1).Then(new RolloutEvent.Paused("lunch"));
        Assert.Equal(1, paused.Then([.. RolloutCommands.Decide(paused, new RolloutCommand.Resume("Back.")).Events]).Attempt);
    }

    private static RolloutState Attempted(int attempt) =>
        At(Checking).Then(new RolloutEvent.TaskAttempted(Checking, "check-1", attempt));

    private static Seen Ran(string key, Outcome outcome) =>
        Seen(Obeyed).With("workload", Workload(Obeyed, ("shop-1", 2), ("shop-2", 1)).Task(key, outcome));
}
