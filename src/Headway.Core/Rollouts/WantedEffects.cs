using System.Collections.Immutable;
using Headway.Core.Strategies;
using Headway.Core.Targets;

namespace Headway.Core.Rollouts;

/// <summary>An effect, and from which decision on the part must show that it has obeyed.</summary>
/// <param name="MustShow">Position that the part's fence must have reached, or 0 when any will do.</param>
public readonly record struct WantedEffect(Effect Effect, long MustShow)
{
    /// <summary>Seen to hold, by an observation that was begun after it was applied.</summary>
    public bool Holds(Observation? seen, long epoch)
    {
        if (seen is null || seen.Problem is not null) return false;
        if (MustShow > 0 && seen.Fence < new Fence(epoch, MustShow)) return false;
        return Effect switch
        {
            Effect.Runs { Instances: 0 } runs => seen.Cells.All(c => c.Release != runs.Release),
            Effect.Runs runs => seen.Cells.Where(c => c.Release == runs.Release).Sum(c => c.Ready) >= runs.Instances,
            // A share that the part has lowered by itself is not what was wanted; nobody's share cannot be lowered.
            Effect.Exposed want => seen.Exposed is { } now
                && now.Stable == want.Stable && now.Candidate == want.Candidate && now.To == want.To
                && (seen.Lowered is null || want.To.ShareOfUsers <= 0),
            Effect.Done done => seen.Tasks.TryGetValue(done.Key, out var task) && task.Outcome != Outcome.Running,
            _ => throw new InvalidOperationException($"No arm for {Effect.GetType().Name}."),
        };
    }
}

/// <summary>
/// What a rollout wants of the world, in order: derived from state on every turn, never from the event just stored.
/// The loop applies the first effect that does not hold yet.
/// </summary>
public static class WantedEffects
{
    public const string Workload = "workload";
    public const string Traffic = "traffic";

    /// <summary>Once nothing is left to be judged, a silent server no longer takes the release away; the budget slice stays.</summary>
    private static readonly TimeSpan LeaseAfterPromotion = TimeSpan.FromDays(1);

    public static ImmutableArray<WantedEffect> Of(RolloutState state, Seen seen) => state.Phase switch
    {
        RolloutPhase.Advancing => Forward(state),
        RolloutPhase.GoingBack => Back(state, seen),
        _ => [],
    };

    /// <summary>What a lane wants when no rollout is open: its own release runs and serves everyone, nothing else.</summary>
    /// <param name="mustShow">
    /// The lane's position: parts that have obeyed it refuse what an ended rollout has left under way.
    /// </param>
    public static ImmutableArray<WantedEffect> AtRest(string? current, int instances, Seen seen, long mustShow = 0)
    {
        var wanted = ImmutableArray.CreateBuilder<WantedEffect>();
        if (current is not null)
        {
            wanted.Add(new(new Effect.Runs(Workload, current, instances), mustShow));
            wanted.Add(new(new Effect.Exposed(Traffic, current, null, Exposure.Nobody, null), mustShow));
        }
        else if (seen.Of(Traffic)?.Exposed is { } exposed && (exposed.Candidate ?? exposed.Stable) is not null)
        {
            wanted.Add(new(new Effect.Exposed(Traffic, null, null, Exposure.Nobody, null), 0));
        }
        foreach (var release in (seen.Of(Workload)?.Cells ?? []).Select(c => c.Release).Distinct().Order())
            if (release != current) wanted.Add(new(new Effect.Runs(Workload, release, 0), 0));
        return wanted.ToImmutable();
    }

    /// <summary>Users have met the candidate, or are about to.</summary>
    internal static bool Exposes(RolloutState state) => state.Plan.Steps.Take(state.Step + 1).Any(s => s is Step.Expose);

    /// <summary>Named after the rollout: what an earlier rollout's attempt of the same check said counts for nothing here.</summary>
    internal static string TaskOf(RolloutState state, Step.Run run) => $"{state.Id}.{run.Task}";

    private static ImmutableArray<WantedEffect> Forward(RolloutState state)
    {
        var wanted = ImmutableArray.CreateBuilder<WantedEffect>();
        Effect? placed = null;
        // Before the first share users have stable alone, and until it is shrunk stable has all its instances: an
        // earlier rollout that could not go back may have left something else.
        Effect? exposed = state.Stable is null ? null : new Effect.Exposed(Traffic, state.Stable, null, Exposure.Nobody, null);
        Effect? retired = state.Stable is null ? null : new Effect.Runs(Workload, state.Stable, state.Plan.StableInstances);
        var unexposed = !Exposes(state);
        for (var i = 0; i <= state.Step && i < state.Plan.Steps.Length; i++)
            switch (state.Plan.Steps[i])
            {
                case Step.Place step: placed = new Effect.Runs(step.Part, state.Candidate, step.Instances); break;
                case Step.Expose step: exposed = Exposed(state, step, i); break;
                case Step.Retire step when state.Stable is not null:
                    retired = new Effect.Runs(step.Part, state.Stable, step.Keep); break;
            }
        var current = state.CurrentStep;
        if (unexposed) Add(exposed, false);
        Add(placed, current is Step.Place);
        if (current is Step.Run run && state.Attempt > 0)
            Add(new Effect.Done(run.Part, TaskOf(state, run), state.Candidate, run.Command, state.Attempt, run.Timeout), true);
        // Before stable stops, the part that routes must have shown that it will not send users back to it by itself.
        var stops = retired is Effect.Runs { Instances: 0 };
        if (!unexposed) Add(stops && exposed is Effect.Exposed all ? all with { Lease = null } : exposed,
            current is Step.Expose || (current is Step.Retire && stops));
        Add(retired, current is Step.Retire);
        return wanted.ToImmutable();

        void Add(Effect? effect, bool ofThisStep)
        {
            if (effect is not null) wanted.Add(new(effect, ofThisStep ? state.StepPosition : 0));
        }
    }

    /// <summary>
    /// The lease is short while a verdict is still to come. Observations do not show it, so it depends on the step
    /// alone and not on what happens while the step is in force.
    /// </summary>
    private static Effect.Exposed Exposed(RolloutState state, Step.Expose step, int index)
    {
        var judged = state.Plan.Steps.Skip(index + 1).Any(s => s is Step.Await or Step.Watch { For: not WatchFor.HoldBack });
        var lease = state.Stable is null ? null
            : new Lease(judged ? state.Rules.Lease : LeaseAfterPromotion, state.Rules.BudgetFailedRequests);
        return new(step.Part, state.Stable, state.Candidate, step.To, lease);
    }

    /// <summary>
    /// Exposure first; only when stable no longer runs, or may have been told to stop, must it be there before users
    /// are sent to it. The candidate is stopped last, after the part that routes has shown that nobody is sent to it
    /// any more and stable has all its instances.
    /// </summary>
    private static ImmutableArray<WantedEffect> Back(RolloutState state, Seen seen)
    {
        var wanted = ImmutableArray.CreateBuilder<WantedEffect>();
        var exposed = new Effect.Exposed(Traffic, state.Stable, null, Exposure.Nobody, null);
        var routes = state.Plan.Steps.Any(s => s is Step.Expose);
        if (state.Stable is not null)
        {
            var stable = new Effect.Runs(Workload, state.Stable, state.Plan.StableInstances);
            var shrunk = state.Plan.Steps.Take(state.Step + 1).OfType<Step.Retire>().LastOrDefault();
            // An order to stop stable may still be on its way: only a part that has obeyed the way back refuses it.
            var first = shrunk is { Keep: 0 }
                || (seen.Of(Workload) is { Problem: null } now
                    && !now.Cells.Any(c => c.Release == state.Stable && c.Ready > 0));
            if (first) wanted.Add(new(stable, state.StepPosition));
            if (routes) wanted.Add(new(exposed, state.StepPosition));
            if (!first) wanted.Add(new(stable, shrunk is null ? 0 : state.StepPosition));
        }
        else if (routes)
        {
            wanted.Add(new(exposed, state.StepPosition));
        }
        wanted.Add(new(new Effect.Runs(Workload, state.Candidate, 0), state.StepPosition));
        return wanted.ToImmutable();
    }
}
