using System.Collections.Immutable;
using Headway.Core.Judging;
using Headway.Core.Strategies;
using Headway.Core.Targets;

namespace Headway.Core.Rollouts;

/// <summary>
/// What happens next to a rollout, given what is seen. Pure: no clock, no I/O. The server stores the events first and
/// acts afterwards on <see cref="WantedEffects"/> of the state that they lead to.
/// </summary>
public static class RolloutDecider
{
    /// <summary>A stream holds at most 1,000 events; this leaves room for all that must be told.</summary>
    private const long MostNoted = 500;

    public static ImmutableArray<RolloutEvent> Decide(RolloutState state, long epoch, Seen seen) => state.Phase switch
    {
        RolloutPhase.Advancing => Harm(state, epoch, seen) is { } back ? [back] : Advance(state, epoch, seen),
        RolloutPhase.GoingBack => GoBack(state, epoch, seen),
        _ => [],
    };

    /// <summary>Reasons to take the candidate away, looked at on every turn, paused or not.</summary>
    private static RolloutEvent? Harm(RolloutState state, long epoch, Seen seen)
    {
        if (seen.Verdict.Kind == VerdictKind.Rollback)
        {
            var cause = seen.Verdict.Evidence.Method == "exposure budget"
                ? RollbackCause.BudgetSpent : RollbackCause.ProvenWorse;
            return Worse(state, cause, seen.Verdict.Says, seen.Verdict);
        }
        // An old observation may still tell of an earlier rollout.
        if (seen.Of(WantedEffects.Traffic) is { Lowered: { By: LoweredBy.Budget } lowered } traffic
            && traffic.Exposed?.Candidate == state.Candidate
            && traffic.Fence >= new Fence(epoch, state.History[0].Position))
            return Worse(state, RollbackCause.BudgetSpent, lowered.Says, seen.Verdict);
        if (CandidateDown(state, epoch, seen) is { } down)
            return Worse(state, RollbackCause.CandidateDown, down, null);
        return null;
    }

    /// <summary>With nothing to go back to, worse means: freeze, call people, roll forward.</summary>
    private static RolloutEvent Worse(RolloutState state, RollbackCause cause, string says, Verdict? verdict) =>
        state.Stable is null && WantedEffects.Exposes(state)
            ? new RolloutEvent.Ended(RolloutEnd.PastReturn, $"{says} There is no earlier release to go back to.")
            : new RolloutEvent.RollbackStarted(cause, says, verdict);

    private static string? CandidateDown(RolloutState state, long epoch, Seen seen)
    {
        if (!WantedEffects.Exposes(state) || seen.Of(WantedEffects.Workload) is not { Problem: null } workload) return null;
        var placedAt = state.History.Where(h => h.PassedAt is not null && state.Plan.Steps[h.Step] is Step.Place)
            .Select(h => h.Position).DefaultIfEmpty(long.MaxValue).Last();
        if (workload.Fence < new Fence(epoch, placedAt)) return null;
        var cells = workload.Cells.Where(c => c.Release == state.Candidate).ToArray();
        if (cells.Any(c => c.Ready > 0)) return null;
        return cells.Select(c => c.Failure).FirstOrDefault(f => f is not null) is { } failure
            ? $"No instance of {state.Candidate} is ready any more: {failure}"
            : $"No instance of {state.Candidate} is ready any more.";
    }

    private static ImmutableArray<RolloutEvent> Advance(RolloutState state, long epoch, Seen seen)
    {
        if (state.PausedWhy is not null) return Noted(state, seen);
        return state.CurrentStep switch
        {
            Step.Place step => Place(state, step, epoch, seen),
            Step.Run step => Run(state, step, epoch, seen),
            Step.Expose or Step.Retire => Observed(state, epoch, seen),
            Step.Watch step => Watch(state, step, seen),
            Step.Await => [],
            _ => [],
        };
    }

    private static ImmutableArray<RolloutEvent> Place(RolloutState state, Step.Place step, long epoch, Seen seen)
    {
        var failed = seen.Of(step.Part) is { Problem: null } part && part.Fence >= new Fence(epoch, state.StepPosition)
            ? part.Cells.FirstOrDefault(c => c.Release == state.Candidate && c.Failure is not null) : null;
        return failed is not null
            ? [Worse(state, RollbackCause.CannotStart, $"{state.Candidate} cannot start: {failed.Failure}", null)]
            : Observed(state, epoch, seen);
    }

    private static ImmutableArray<RolloutEvent> Observed(RolloutState state, long epoch, Seen seen)
    {
        var own = WantedEffects.Of(state, seen).Where(w => w.MustShow > 0).ToArray();
        if (own.All(w => w.Holds(seen.Of(w.Effect.Part), epoch)))
            return Passed(state, PassedBy.Observed, "Seen as wanted.", null);
        if (seen.StepElapsed <= state.Rules.StepLimit) return [];
        var says = $"{Steps.Says(state.CurrentStep!)} took longer than {state.Rules.StepLimit.TotalSeconds:0} s"
            + (seen.Parts.Values.Select(o => o.Problem).FirstOrDefault(p => p is not null) is { } problem
                ? $": {problem}" : ".");
        // What is slow does no harm: users keep a promoted release, and the lane goes on stopping the old one.
        if (state.Promoted) return state.CurrentStep is Step.Retire ? Passed(state, PassedBy.Observed, says, null) : [];
        return [Worse(state, RollbackCause.TookTooLong, says, null)];
    }

    private static ImmutableArray<RolloutEvent> Run(RolloutState state, Step.Run step, long epoch, Seen seen)
    {
        if (state.Attempt == 0) return [new RolloutEvent.TaskAttempted(state.Step, step.Task, 1)];
        var key = $"{WantedEffects.TaskOf(state, step)}#{state.Attempt}";
        if (seen.Of(step.Part) is not { Problem: null } part || part.Fence < new Fence(epoch, state.StepPosition)
            || !part.Tasks.TryGetValue(key, out var task))
            return seen.StepElapsed > step.Timeout + state.Rules.StepLimit
                ? [Worse(state, RollbackCause.TookTooLong, $"`{step.Command}` did not report an end.", null)] : [];
        return task.Outcome switch
        {
            Outcome.Running => seen.StepElapsed > step.Timeout + state.Rules.StepLimit
                ? [Worse(state, RollbackCause.TookTooLong, $"`{step.Command}` ran longer than it may.", null)] : [],
            Outcome.Succeeded => Passed(state, PassedBy.Observed, $"`{step.Command}` succeeded.", null),
            Outcome.Lost => [new RolloutEvent.Paused(
                $"`{step.Command}` was started and its end is not known. Resume to run it again, or abort.",
                state.Attempt)],
            _ when state.Attempt < state.Rules.TaskAttempts =>
                [new RolloutEvent.TaskAttempted(state.Step, step.Task, state.Attempt + 1)],
            _ => [new RolloutEvent.RollbackStarted(RollbackCause.ChecksFailed,
                $"`{step.Command}` failed{(task.ExitCode is { } code ? $" with exit code {code}" : "")}: "
                + LastLine(task.OutputTail), null)],
        };
    }

    private static ImmutableArray<RolloutEvent> Watch(RolloutState state, Step.Watch step, Seen seen)
    {
        var verdict = seen.Verdict;
        if (step.For == WatchFor.HoldBack)
            return state.HoldBackCut ? Passed(state, PassedBy.Observed, "A newer release waits.", null)
                : seen.StepElapsed >= step.AtLeast ? Passed(state, PassedBy.Observed, "Nothing came up.", verdict)
                : Noted(state, seen);
        switch (verdict.Kind)
        {
            // The judge is told both bounds as well; this is the second lock on the same door.
            case VerdictKind.Promote when Soaked(seen) < step.AtLeast || verdict.Evidence.CandidateRequests < step.Requests:
                return Noted(state, seen);
            case VerdictKind.Promote:
                return Passed(state, PassedBy.Promote, verdict.Says, verdict);
            case VerdictKind.Inconclusive when state.Rules.OnInconclusive == Services.OnInconclusive.Promote
                && verdict.Evidence.CandidateTrials > 0 && Soaked(seen) >= step.AtLeast:
                return Passed(state, PassedBy.Inconclusive, verdict.Says, verdict);
            case VerdictKind.Inconclusive when state.Rules.OnInconclusive == Services.OnInconclusive.RollBack:
                return [Worse(state, RollbackCause.Inconclusive, verdict.Says, verdict)];
            default:
                return Noted(state, seen);
        }
    }

    /// <summary>Time that the server watched, or time that the judge has evidence of: the latter outlives a restart.</summary>
    private static TimeSpan Soaked(Seen seen)
    {
        var judged = TimeSpan.FromSeconds(seen.Verdict.Evidence.ClockSeconds);
        return judged > seen.StepElapsed ? judged : seen.StepElapsed;
    }

    /// <summary>
    /// Records that the judge says something of another kind than before, so that the story can be told; but a verdict
    /// that flips for hours does not fill the stream.
    /// </summary>
    private static ImmutableArray<RolloutEvent> Noted(RolloutState state, Seen seen) =>
        state.CurrentStep is Step.Watch && state.Version < MostNoted
            && (seen.Verdict.Kind != (state.LastVerdict?.Kind ?? VerdictKind.KeepWatching)
                || (seen.Verdict.Asks && state.LastVerdict?.Asks != true))
            ? [new RolloutEvent.Judged(state.Step, seen.Verdict)] : [];

    /// <summary>The step passes; promotion and the end are recorded in the same breath when it was the last that matters.</summary>
    internal static ImmutableArray<RolloutEvent> Passed(
        RolloutState state, PassedBy proof, string why, Verdict? verdict)
    {
        var events = ImmutableArray.CreateBuilder<RolloutEvent>();
        events.Add(new RolloutEvent.StepPassed(state.Step, proof, why, verdict));
        var left = state.Plan.Steps.Skip(state.Step + 1).ToArray();
        if (!state.Promoted && !left.TakeWhile(s => s is not Step.Watch { For: WatchFor.HoldBack }).Any(Decides))
            events.Add(new RolloutEvent.Promoted(why, verdict ?? state.LastVerdict));
        if (left.Length == 0)
            events.Add(new RolloutEvent.Ended(RolloutEnd.Completed, $"{state.Candidate} is the release that users have."));
        return events.ToImmutable();
    }

    /// <summary>Steps that can still turn a release away, or that users still wait for.</summary>
    private static bool Decides(Step step) => step is Step.Place or Step.Run or Step.Expose or Step.Watch or Step.Await;

    private static ImmutableArray<RolloutEvent> GoBack(RolloutState state, long epoch, Seen seen)
    {
        if (WantedEffects.Of(state, seen).All(w => w.Holds(seen.Of(w.Effect.Part), epoch)))
            return [new RolloutEvent.Ended(RolloutEnd.RolledBack, state.CauseSays ?? "")];
        return seen.StepElapsed > state.Rules.RollbackLimit
            ? [new RolloutEvent.Ended(RolloutEnd.RollbackFailed,
                $"Going back took longer than {state.Rules.RollbackLimit.TotalMinutes:0} min. The lane keeps trying; look at it now.")]
            : [];
    }

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
        ?? "it printed nothing";
}
