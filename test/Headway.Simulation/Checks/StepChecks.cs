using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Simulation.Worlds;

namespace Headway.Simulation.Checks;

/// <summary>Whether a step had the right to pass and a rollout to end, by the truth and not by what was seen.</summary>
internal sealed class StepChecks(World world)
{
    public BrokenRule? WhyNot(
        RolloutState before, RolloutEvent.StepPassed passed, Verdict truth, RolloutCommand? command, TimeSpan took)
    {
        if (passed.Step != before.Step) return new("step.order", $"Step {passed.Step} passed, and {before.Step} was due.");
        var byPerson = command is RolloutCommand.Promote && passed.Proof == PassedBy.Person;
        if (before.PausedWhy is not null && !byPerson) return new("step.paused", "A step passed while paused.");
        var step = before.Plan.Steps[passed.Step];
        var fence = new Fence(1, before.StepPosition);
        return step switch
        {
            Step.Watch watch when !byPerson => Watch(before, watch, passed, truth, took),
            Step.Watch => null,
            Step.Await => byPerson ? null : new("advance.person", "A step that waits for a person passed by itself."),
            Step.Expose expose => Shown(world.Traffic.Part.Obeyed >= fence
                && world.Traffic.Now?.Candidate == before.Candidate && world.Traffic.Now.To == expose.To, step),
            Step.Place place => Shown(world.Workload.Part.Obeyed >= fence && Wanted(before.Candidate) >= place.Instances, step),
            Step.Retire when before.Promoted && took > before.Rules.StepLimit => null,
            // A release that keeps some instances may have more of them than it must: the part scales.
            Step.Retire retire => Shown(world.Workload.Part.Obeyed >= fence && (retire.Keep > 0 || Wanted(before.Stable) == 0), step),
            Step.Run => Shown(world.Workload.Tasks.Values.Any(t =>
                t.Release == before.Candidate && t.Fence >= fence && t.Outcome == Outcome.Succeeded), step),
            _ => null,
        };
    }

    private static BrokenRule? Watch(
        RolloutState before, Step.Watch watch, RolloutEvent.StepPassed passed, Verdict truth, TimeSpan took)
    {
        if (watch.For == WatchFor.HoldBack)
            return before.HoldBackCut || took >= watch.AtLeast ? null
                : new("watch.time", $"Hold-back ended after {took}, before {watch.AtLeast}.");
        if (took < watch.AtLeast) return new("watch.time", $"A watch passed after {took}, before {watch.AtLeast}.");
        return passed.Proof switch
        {
            PassedBy.Promote when truth.Kind != VerdictKind.Promote =>
                new("advance.verdict", $"A watch passed as proven and the verdict was {truth.Kind}."),
            PassedBy.Promote when truth.Evidence.CandidateRequests < watch.Requests =>
                new("watch.requests", $"A watch passed before {watch.Requests} requests."),
            PassedBy.Promote => null,
            PassedBy.Inconclusive when truth.Kind == VerdictKind.Inconclusive && truth.Evidence.CandidateTrials > 0
                && before.Rules.OnInconclusive == OnInconclusive.Promote => null,
            _ => new("advance.verdict", $"A watch passed by {passed.Proof} and the verdict was {truth.Kind}."),
        };
    }

    public BrokenRule? WhyNot(RolloutState before, RolloutEvent happened)
    {
        switch (happened)
        {
            case RolloutEvent.TaskAttempted { Attempt: > 1 } again
                when Task($"{before.Id}.{again.Task}#{again.Attempt - 1}") is not (Outcome.Failed or Outcome.Lost):
                return new("task.once", $"{again.Task} is tried again and attempt {again.Attempt - 1} has not failed.");
            case RolloutEvent.RollbackStarted { Cause: RollbackCause.TookTooLong } when before.Promoted:
                return new("promoted.stays", $"{before.Candidate} was promoted and goes back only because something is slow.");
            case RolloutEvent.RollbackStarted { Cause: RollbackCause.BudgetSpent, Verdict.Kind: not VerdictKind.Rollback }
                when !world.Traffic.Spent.Contains(before.Candidate):
                return new("budget.own", $"{before.Candidate} goes back for a budget that it has not spent.");
            case RolloutEvent.StepPassed when world.Traffic is { CandidateShare: > 0, Now.Candidate: { } third }
                && third != before.Candidate && third != before.Stable:
                return new("traffic.third", $"A step passed while users have {third}, which is neither side of {before.Id}.");
            default:
                return null;
        }
    }

    private Outcome? Task(string key) => world.Workload.Tasks.GetValueOrDefault(key)?.Outcome;

    public BrokenRule? WhyNotEnded(RolloutState state)
    {
        var traffic = world.Traffic.Now;
        switch (state.End)
        {
            case RolloutEnd.Completed when !state.Promoted:
                return new("end.completed", "It completed and was never promoted.");
            case RolloutEnd.Completed when traffic?.Candidate != state.Candidate || traffic.To.ShareOfUsers < 1:
                return new("end.completed", $"It completed and not all users have {state.Candidate}.");
            case RolloutEnd.RolledBack when world.Traffic.Served.Contains(state.Candidate):
                return new("end.rolledBack", $"It counts as rolled back and users still have {state.Candidate}.");
            case RolloutEnd.RolledBack when Wanted(state.Candidate) > 0:
                return new("end.rolledBack", $"It counts as rolled back and {state.Candidate} still runs.");
            case RolloutEnd.RolledBack when state.Stable is not null && traffic?.Stable != state.Stable:
                return new("end.rolledBack", $"It counts as rolled back and users do not have {state.Stable}.");
            case RolloutEnd.RolledBack when state.Stable is not null && Wanted(state.Stable) < state.Plan.StableInstances:
                return new("end.rolledBack", $"It counts as rolled back and {state.Stable} has too few instances.");
            case RolloutEnd.PastReturn when state.Stable is not null:
                return new("end.pastReturn", "It says that there is no way back, and there is one.");
            default:
                return null;
        }
    }

    private int Wanted(string? release) =>
        release is not null && world.Workload.Releases.TryGetValue(release, out var runs) ? runs.Wanted : 0;

    private static BrokenRule? Shown(bool holds, Step step) =>
        holds ? null : new("step.shown", $"`{Steps.Says(step)}` passed and is not so.");
}
