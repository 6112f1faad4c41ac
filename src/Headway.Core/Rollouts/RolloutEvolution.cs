using System.Collections.Immutable;
using Headway.Core.Targets;

namespace Headway.Core.Rollouts;

/// <summary>state + event = state. The same events always give the same state.</summary>
public static class RolloutEvolution
{
    public static RolloutState? Fold(IEnumerable<Recorded<RolloutEvent>> events) =>
        events.Aggregate((RolloutState?)null, Evolve);

    public static RolloutState Evolve(RolloutState? state, Recorded<RolloutEvent> recorded)
    {
        var next = recorded.Event is RolloutEvent.Started started
            ? Begin(started, recorded)
            : After(state ?? throw new InvalidOperationException("A rollout begins with `started`."), recorded);
        return next with { Version = recorded.Version, Position = recorded.Position };
    }

    private static RolloutState Begin(RolloutEvent.Started e, Recorded<RolloutEvent> recorded) =>
        new(e.Rollout, e.Service, e.Environment, e.Stable, e.Candidate, e.Plan, e.Rules,
            RolloutPhase.Advancing, Step: 0, recorded.Position, recorded.At, recorded.At,
            Attempt: 0, PausedWhy: null, Promoted: false, PromotedAt: null, HoldBackCut: false,
            Cause: null, CauseSays: null, End: null, EndSays: null, EndedAt: null, LastVerdict: null,
            recorded.Version, recorded.Position, [new(0, recorded.Position, recorded.At, null, null, null)]);

    private static RolloutState After(RolloutState state, Recorded<RolloutEvent> recorded) => recorded.Event switch
    {
        RolloutEvent.StepPassed e => Pass(state, e, recorded),
        RolloutEvent.TaskAttempted e => state with { Attempt = e.Attempt, StepPosition = recorded.Position },
        RolloutEvent.Judged e => state with { LastVerdict = e.Verdict },
        RolloutEvent.Promoted => state with { Promoted = true, PromotedAt = recorded.At },
        RolloutEvent.Paused e => state with { PausedWhy = e.Why, LostAttempt = e.LostAttempt },
        RolloutEvent.Resumed => state with { PausedWhy = null, LostAttempt = null },
        RolloutEvent.HoldBackCut => state with { HoldBackCut = true },
        RolloutEvent.RollbackStarted e => state with
        {
            Phase = RolloutPhase.GoingBack,
            Cause = e.Cause,
            CauseSays = e.Why,
            PausedWhy = null,
            LostAttempt = null,
            LastVerdict = e.Verdict ?? state.LastVerdict,
            StepPosition = recorded.Position,
            StepStartedAt = recorded.At,
        },
        RolloutEvent.Ended e => state with
        {
            Phase = RolloutPhase.Ended,
            End = e.End,
            EndSays = e.Why,
            EndedAt = recorded.At,
        },
        _ => throw new InvalidOperationException($"No arm for {recorded.Event.GetType().Name}."),
    };

    private static RolloutState Pass(RolloutState state, RolloutEvent.StepPassed e, Recorded<RolloutEvent> recorded)
    {
        var history = state.History.SetItem(
            state.History.Length - 1,
            state.History[^1] with { PassedAt = recorded.At, Proof = e.Proof, Why = e.Why });
        return state with
        {
            Step = e.Step + 1,
            StepPosition = recorded.Position,
            StepStartedAt = recorded.At,
            Attempt = 0,
            LastVerdict = e.Verdict ?? state.LastVerdict,
            History = history.Add(new(e.Step + 1, recorded.Position, recorded.At, null, null, null)),
        };
    }
}
