using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Xunit;
using static Headway.Core.Tests.Rollouts.Samples;

namespace Headway.Core.Tests.Rollouts;

public sealed class RolloutCommandsTests
{
    private static readonly RolloutCommand[] Commands =
    [
        new RolloutCommand.Pause("why"), new RolloutCommand.Resume("why"), new RolloutCommand.Promote("why"),
        new RolloutCommand.Abort("why"), new RolloutCommand.Supersede("shop-3"),
    ];

    private static readonly (string Name, RolloutState State)[] Situations =
    [
        ("placing", At(Placing)),
        ("checking", At(Checking).Then(new RolloutEvent.TaskAttempted(Checking, "check-1", 1))),
        ("check lost", At(Checking).Then(new RolloutEvent.TaskAttempted(Checking, "check-1", 1), new RolloutEvent.Paused("lost", 1))),
        ("check paused", At(Checking).Then(new RolloutEvent.TaskAttempted(Checking, "check-1", 1), new RolloutEvent.Paused("lunch"))),
        ("exposing", At(Exposing)),
        ("watching", At(Watching)),
        ("no evidence", At(Watching).Then(new RolloutEvent.Judged(Watching, Says(VerdictKind.NoEvidence)))),
        ("unclear", At(Watching).Then(new RolloutEvent.Judged(Watching, Says(VerdictKind.Inconclusive)))),
        ("watch paused", At(Watching).Then(new RolloutEvent.Paused("lunch"))),
        ("awaiting", At(Awaiting)),
        ("holding back", At(HoldingBack)),
        ("hold-back cut", At(HoldingBack).Then(new RolloutEvent.HoldBackCut("newer"))),
        ("retiring", At(Retiring)),
        ("going back", At(Watching).GoingBack()),
        ("ended", At(Watching).GoingBack().Then(new RolloutEvent.Ended(RolloutEnd.RolledBack, "It fails."))),
    ];

    [Fact]
    public void Every_situation_answers_every_command()
    {
        var table = Situations.Select(s => $"{s.Name,-13}| " + string.Join(" | ", Commands.Select(c => Answer(s.State, c))));
        Assert.Equal(
        [
            "placing      | Paused | no: notPaused | no: notWaiting | RollbackStarted | no: busy",
            "checking     | Paused | no: notPaused | no: notWaiting | RollbackStarted | no: busy",
            "check lost   | no: paused | Resumed TaskAttempted | no: notWaiting | RollbackStarted | RollbackStarted",
            "check paused | no: paused | Resumed | no: notWaiting | RollbackStarted | RollbackStarted",
            "exposing     | Paused | no: notPaused | no: notWaiting | RollbackStarted | no: busy",
            "watching     | Paused | no: notPaused | StepPassed | RollbackStarted | no: busy",
            "no evidence  | Paused | no: notPaused | StepPassed | RollbackStarted | RollbackStarted",
            "unclear      | Paused | no: notPaused | StepPassed | RollbackStarted | RollbackStarted",
            "watch paused | no: paused | Resumed | Resumed StepPassed | RollbackStarted | RollbackStarted",
            "awaiting     | Paused | no: notPaused | StepPassed | RollbackStarted | RollbackStarted",
            "holding back | Paused | no: notPaused | StepPassed | RollbackStarted | HoldBackCut",
            "hold-back cut| Paused | no: notPaused | StepPassed | RollbackStarted | no: ending",
            "retiring     | Paused | no: notPaused | no: notWaiting | RollbackStarted | no: busy",
            "going back   | no: goingBack | no: goingBack | no: goingBack | no: goingBack | no: goingBack",
            "ended        | no: ended | no: ended | no: ended | no: ended | no: ended",
        ], table);
    }

    [Fact]
    public void A_person_who_promotes_is_the_proof_that_is_recorded()
    {
        var (events, _) = RolloutCommands.Decide(At(Watching), new RolloutCommand.Promote("Numbers look fine."));
        var passed = Assert.IsType<RolloutEvent.StepPassed>(Assert.Single(events));
        Assert.Equal((Watching, PassedBy.Person, "Numbers look fine."), (passed.Step, passed.Proof, passed.Why));
    }

    [Fact]
    public void A_superseded_rollout_goes_back_because_of_that_and_a_first_release_is_never_superseded()
    {
        var (events, _) = RolloutCommands.Decide(At(Awaiting), new RolloutCommand.Supersede("shop-3"));
        Assert.Equal(RollbackCause.Superseded, Assert.IsType<RolloutEvent.RollbackStarted>(Assert.Single(events)).Cause);
        Assert.NotNull(RolloutCommands.Decide(At(Awaiting, stable: null), new RolloutCommand.Supersede("shop-3")).Refusal);
    }

    [Theory]
    [InlineData(VerdictKind.NoEvidence, false, 31, true)]
    [InlineData(VerdictKind.SourceDown, false, 31, true)]
    [InlineData(VerdictKind.NoEvidence, false, 5, false)]
    [InlineData(VerdictKind.NoEvidence, true, 31, false)]
    [InlineData(VerdictKind.KeepWatching, false, 31, false)]
    public void A_rollout_that_cannot_pass_without_a_signal_that_shows_nothing_is_superseded(
        VerdictKind signal, bool mayBeMissing, double seconds, bool superseded)
    {
        var seen = new Verdict(VerdictKind.KeepWatching, "It is watched.", EvidenceSummary.Empty with { ClockSeconds = seconds })
        {
            Signals = [new("payments", "prometheus", Trust.Auto, signal, "It shows nothing.", 0, 3) { MayBeMissing = mayBeMissing }],
        };
        var (events, _) = RolloutCommands.Decide(At(Watching), new RolloutCommand.Supersede("shop-3") { Seen = seen });
        Assert.Equal(superseded, events is [RolloutEvent.RollbackStarted { Cause: RollbackCause.Superseded }]);
    }

    [Fact]
    public void A_refusal_names_the_rollout_and_says_why()
    {
        var (_, refusal) = RolloutCommands.Decide(At(Watching).GoingBack(), new RolloutCommand.Promote("why"));
        Assert.Equal("shop-production-2 is going back already: It fails.", refusal!.Says);
    }

    private static string Answer(RolloutState state, RolloutCommand command)
    {
        var (events, refusal) = RolloutCommands.Decide(state, command);
        return refusal is not null ? $"no: {refusal.Rule["rollout.".Length..]}" : string.Join(' ', events.Select(e => e.GetType().Name));
    }
}
