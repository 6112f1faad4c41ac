using System.Collections.Immutable;
using Headway.Core.Judging;
using Headway.Core.Strategies;

namespace Headway.Core.Rollouts;

/// <summary>What people, and the lane, may do to a rollout in which state; otherwise a refusal that says why.</summary>
public static class RolloutCommands
{
    private const double BlindSeconds = 30;

    public static (ImmutableArray<RolloutEvent> Events, Refusal? Refusal) Decide(
        RolloutState state, RolloutCommand command)
    {
        if (!state.IsOpen)
            return No("rollout.ended", $"{state.Id} has ended ({state.End}). There is nothing left to {Verb(command)}.");
        if (state.Phase == RolloutPhase.GoingBack)
            return No("rollout.goingBack", $"{state.Id} is going back already: {state.CauseSays}");
        return command switch
        {
            RolloutCommand.Pause when state.PausedWhy is not null =>
                No("rollout.paused", $"{state.Id} is paused already: {state.PausedWhy}"),
            RolloutCommand.Pause => Yes(new RolloutEvent.Paused(command.Why)),
            RolloutCommand.Resume when state.PausedWhy is null =>
                No("rollout.notPaused", $"{state.Id} is not paused."),
            RolloutCommand.Resume => Resume(state, command),
            RolloutCommand.Promote => Promote(state, command),
            RolloutCommand.Abort => Yes(new RolloutEvent.RollbackStarted(RollbackCause.Person, command.Why, null)),
            RolloutCommand.Supersede supersede => Supersede(state, supersede),
            _ => throw new InvalidOperationException($"No arm for {command.GetType().Name}."),
        };
    }

    /// <summary>A task whose end is not known is tried again only on a person's word: this is it.</summary>
    private static (ImmutableArray<RolloutEvent>, Refusal?) Resume(RolloutState state, RolloutCommand command) =>
        state.CurrentStep is Step.Run run && state.LostAttempt == state.Attempt
            ? Yes(new RolloutEvent.Resumed(command.Why),
                new RolloutEvent.TaskAttempted(state.Step, run.Task, state.Attempt + 1))
            : Yes(new RolloutEvent.Resumed(command.Why));

    private static (ImmutableArray<RolloutEvent>, Refusal?) Promote(RolloutState state, RolloutCommand command)
    {
        if (state.CurrentStep is not (Step.Watch or Step.Await))
            return No("rollout.notWaiting",
                $"{state.Id} does not wait for a decision now ({Steps.Says(state.CurrentStep)}). Try again at the next step.");
        var passed = RolloutDecider.Passed(state, PassedBy.Person, command.Why, state.LastVerdict);
        return state.PausedWhy is null
            ? (passed, null)
            : (passed.Insert(0, new RolloutEvent.Resumed(command.Why)), null);
    }

    private static (ImmutableArray<RolloutEvent>, Refusal?) Supersede(
        RolloutState state, RolloutCommand.Supersede command)
    {
        if (state.CurrentStep is Step.Watch { For: WatchFor.HoldBack })
            return state.HoldBackCut
                ? No("rollout.ending", $"{state.Id} ends its hold-back already.")
                : Yes(new RolloutEvent.HoldBackCut(command.Why));
        var waits = state.PausedWhy is not null || state.CurrentStep is Step.Await
            || (state.CurrentStep is Step.Watch
                && state.LastVerdict is { Kind: VerdictKind.Hold, Asks: true } or
                    { Kind: VerdictKind.NoEvidence or VerdictKind.SourceDown or VerdictKind.Inconclusive })
            || (state.CurrentStep is Step.Watch && IsBlind(command.Seen));
        return waits && !state.Promoted && state.Stable is not null
            ? Yes(new RolloutEvent.RollbackStarted(RollbackCause.Superseded, command.Why, null))
            : No("rollout.busy", $"{state.Id} is under way; {command.NewerRelease} comes next.");
    }

    /// <summary>
    /// It cannot pass whatever users say, since a signal shows nothing. Not in its first moments, in which none has been seen yet:
    /// else a release a minute would keep every one of them out.
    /// </summary>
    private static bool IsBlind(Verdict? seen) => seen is { Unseen: not null } && seen.Evidence.ClockSeconds >= BlindSeconds;

    private static string Verb(RolloutCommand command) => command.GetType().Name.ToLowerInvariant();

    private static (ImmutableArray<RolloutEvent>, Refusal?) Yes(params RolloutEvent[] events) => ([.. events], null);

    private static (ImmutableArray<RolloutEvent>, Refusal?) No(string rule, string says) => ([], new(rule, says));
}
