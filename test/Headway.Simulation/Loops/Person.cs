using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Simulation.Runs;

namespace Headway.Simulation.Loops;

/// <summary>Someone at the terminal: does anything while things go wrong, and what is asked for when they do not.</summary>
/// <param name="approves">Always says yes when asked; else mostly.</param>
internal sealed class Person(Random random, bool approves)
{
    private (string Rollout, int Step) _at;
    private int _patience;

    public RolloutCommand? Wants(RolloutState state, Verdict verdict, Faults faults)
    {
        if (faults.Any && random.NextDouble() < faults.Person)
            return random.Next(4) switch
            {
                0 => new RolloutCommand.Pause("Let me look."),
                1 => new RolloutCommand.Resume("Go on."),
                2 => new RolloutCommand.Promote("I have looked."),
                _ => new RolloutCommand.Abort("I do not like it."),
            };
        if (!Asked(state, verdict)) return null;
        if (_at != (state.Id, state.Step)) (_at, _patience) = ((state.Id, state.Step), random.Next(3, 12));
        if (_patience-- > 0) return null;
        if (state.PausedWhy is not null) return new RolloutCommand.Resume("Go on.");
        return !approves && random.Next(4) == 0
            ? new RolloutCommand.Abort("Not worth it.") : new RolloutCommand.Promote("Approved.");
    }

    private static bool Asked(RolloutState state, Verdict verdict) =>
        state.Phase == RolloutPhase.Advancing
        && (state.PausedWhy is not null || state.CurrentStep is Step.Await
            || (state.CurrentStep is Step.Watch
                && verdict.Kind is VerdictKind.NoEvidence or VerdictKind.Inconclusive or VerdictKind.Hold));
}
