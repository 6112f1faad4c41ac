using System.Collections.Immutable;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;

namespace Headway.Core.Tests.Rollouts;

/// <summary>Rollouts in every situation, made as the store would make them: by folding events.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly RolloutRules Rules = new(
        OnInconclusive.Ask, 50, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(30), TaskAttempts: 2);

    /// <summary>One step of each kind, in the order in which a canary has them.</summary>
    public static readonly Plan Canary = new("canary", 2,
    [
        new Step.Place("workload", 1),
        new Step.Run("workload", "check-1", "./smoke.sh", TimeSpan.FromMinutes(5)),
        new Step.Expose("traffic", Share(0.05)),
        new Step.Watch(WatchFor.Users, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(10)),
        new Step.Await("5 % waits for approval."),
        new Step.Place("workload", 2),
        new Step.Expose("traffic", Share(0.95)),
        new Step.Watch(WatchFor.HoldBack, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(60)),
        new Step.Expose("traffic", Share(1)),
        new Step.Retire("workload", 0),
    ], []);

    public const int Placing = 0, Checking = 1, Exposing = 2, Watching = 3, Awaiting = 4, HoldingBack = 7, Retiring = 9;

    public static Exposure.Fraction Share(double share) => new(share, ExposureUnit.Client);

    public static RolloutState Begin(Plan? plan = null, string? stable = "shop-1", RolloutRules? rules = null) =>
        RolloutEvolution.Evolve(null, new(new RolloutEvent.Started(
            "shop-production-2", "shop", "production", stable, "shop-2", plan ?? Canary, rules ?? Rules), 100, 1, Start, "headway"));

    /// <summary>The rollout at a step, all steps before it passed; each event has the next position.</summary>
    public static RolloutState At(int step, Plan? plan = null, string? stable = "shop-1", RolloutRules? rules = null)
    {
        var state = Begin(plan, stable, rules);
        for (var i = 0; i < step; i++)
        {
            state = state.Then(new RolloutEvent.StepPassed(i, PassedBy.Observed, "Seen as wanted.", null));
            // Promoted is recorded when the last step that decides has passed.
            if ((plan ?? Canary) == Canary && i == HoldingBack - 1) state = state.Then(new RolloutEvent.Promoted("Seen as wanted.", null));
        }
        return state;
    }

    public static RolloutState Then(this RolloutState state, params RolloutEvent[] events) => events.Aggregate(state, (s, e) =>
        RolloutEvolution.Evolve(s, new(e, s.Position + 1, s.Version + 1, Start.AddSeconds(s.Version), "someone")));

    public static RolloutState GoingBack(this RolloutState state) =>
        state.Then(new RolloutEvent.RollbackStarted(RollbackCause.ProvenWorse, "It fails.", null));

    public static Verdict Says(VerdictKind kind, long trials = 100, string method = "sequential comparison") =>
        new(kind, $"The judge says {kind}.", EvidenceSummary.Empty with { Method = method, CandidateTrials = trials, CandidateRequests = trials });

    /// <summary>What is seen when both parts have obeyed everything up to a position.</summary>
    public static Seen Seen(long position, Verdict? verdict = null, double elapsed = 20) =>
        new(Parts(position), verdict ?? Says(VerdictKind.KeepWatching), TimeSpan.FromSeconds(elapsed));

    private static ImmutableDictionary<string, Observation> Parts(long position) =>
        ImmutableDictionary<string, Observation>.Empty
            .Add("workload", Workload(position, ("shop-1", 2), ("shop-2", 2)))
            .Add("traffic", Traffic(position, "shop-1", "shop-2", 0.05));

    public static Seen With(this Seen seen, string part, Observation observation) =>
        seen with { Parts = seen.Parts.SetItem(part, observation) };

    public static Observation Workload(long position, params (string Release, int Ready)[] cells) =>
        new(Start, new(1, position), [.. cells.Select(c => new CellSeen("node-1", c.Release, c.Ready, 0, 0, null))], null,
            ImmutableDictionary<string, TaskSeen>.Empty, null, null);

    public static Observation Traffic(long position, string? stable, string? candidate, double share) =>
        new(Start, new(1, position), [], new("traffic", stable, candidate, Share(share), null),
            ImmutableDictionary<string, TaskSeen>.Empty, null, null);

    public static Observation Task(this Observation workload, string key, Outcome outcome, int? exitCode = null, string output = "") =>
        workload with { Tasks = workload.Tasks.SetItem(key, new(outcome, exitCode, output)) };
}
