using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Xunit;
using static Headway.Core.Tests.Rollouts.Samples;

namespace Headway.Core.Tests.Rollouts;

public sealed class RolloutEvolutionTests
{
    private static readonly RolloutEvent[] Events =
    [
        new RolloutEvent.StepPassed(Watching, PassedBy.Promote, "fine", Says(VerdictKind.Promote)),
        new RolloutEvent.TaskAttempted(Checking, "check-1", 2),
        new RolloutEvent.Judged(Watching, Says(VerdictKind.NoEvidence)),
        new RolloutEvent.Promoted("fine", null),
        new RolloutEvent.Paused("lunch"),
        new RolloutEvent.Resumed("back"),
        new RolloutEvent.HoldBackCut("newer"),
        new RolloutEvent.RollbackStarted(RollbackCause.Person, "no", null),
        new RolloutEvent.Ended(RolloutEnd.Completed, "done"),
    ];

    [Fact]
    public void Every_event_is_known_in_every_state_and_moves_version_and_position()
    {
        // A closed union cannot be listed by the compiler, so the list above is checked against the types.
        Assert.Equal(
            typeof(RolloutEvent).GetNestedTypes().Select(t => t.Name).Order(),
            Events.Select(e => e.GetType().Name).Append(nameof(RolloutEvent.Started)).Order());
        RolloutState[] states = [At(Placing), At(Checking), At(Watching), At(HoldingBack), At(Watching).GoingBack()];
        foreach (var state in states)
            foreach (var happened in Events)
            {
                var next = state.Then(happened);
                Assert.Equal((state.Version + 1, state.Position + 1), (next.Version, next.Position));
            }
    }

    [Fact]
    public void What_each_event_changes()
    {
        var before = At(Watching);
        var lines = Events.Select(e => $"{e.GetType().Name}: {Difference(before, before.Then(e))}");
        Assert.Equal(
        [
            "StepPassed: Step StepPosition StepStartedAt LastVerdict History",
            "TaskAttempted: StepPosition Attempt",
            "Judged: LastVerdict",
            "Promoted: Promoted PromotedAt",
            "Paused: PausedWhy",
            "Resumed: ",
            "HoldBackCut: HoldBackCut",
            "RollbackStarted: Phase StepPosition StepStartedAt Cause CauseSays",
            "Ended: Phase End EndSays EndedAt",
        ], lines);
    }

    [Fact]
    public void Nothing_comes_before_started() =>
        Assert.Throws<InvalidOperationException>(() => RolloutEvolution.Evolve(null, new(Events[0], 1, 1, Start, "headway")));

    [Fact]
    public void Going_back_ends_a_pause_and_the_history_keeps_what_let_each_step_pass()
    {
        var state = At(Watching).Then(new RolloutEvent.Paused("lunch", 1)).GoingBack();
        Assert.Null(state.PausedWhy);
        Assert.Null(state.LostAttempt);
        Assert.Equal([0, 1, 2, 3], state.History.Select(h => h.Step));
        Assert.Equal([PassedBy.Observed, PassedBy.Observed, PassedBy.Observed, null], state.History.Select(h => h.Proof));
    }

    private static string Difference(RolloutState before, RolloutState after) => string.Join(' ',
        typeof(RolloutState).GetProperties()
            .Where(p => p.Name is not ("Version" or "Position" or "CurrentStep" or "IsOpen" or "EqualityContract"))
            .Where(p => !Equals(p.GetValue(before), p.GetValue(after)))
            .Select(p => p.Name).OrderBy(n => Array.FindIndex(typeof(RolloutState).GetProperties(), p => p.Name == n)));
}
