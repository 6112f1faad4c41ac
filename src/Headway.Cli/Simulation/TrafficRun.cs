using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Server.Rollouts;
using Headway.Simulation.Replay;

namespace Headway.Cli.Simulation;

/// <summary>How one simulated rollout went.</summary>
/// <param name="TakenBackAt">Seconds from the first user of the candidate to the rollback, or null.</param>
/// <param name="AskedAt">When it stopped and asked a person instead, or null.</param>
internal sealed record TrafficOutcome(int? TakenBackAt, int? AskedAt, long RequestsHit, int UsersHit);

/// <summary>
/// The plan of an environment with simulated users, decided by the real judge and the real rules. Starting instances,
/// checks and approvals take no time here: no user meets the candidate in them.
/// </summary>
internal sealed class TrafficRun
{
    /// <summary>Two hours; longer plans are looked at for so long.</summary>
    public const int MostSeconds = 7200;

    private const string Stable = "stable", Candidate = "candidate", Node = "n1", Boot = "b1";
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly Capabilities Workload = new(true, false, 0, true, Fencing.Native, TimeSpan.FromSeconds(1));
    private static readonly Capabilities Gateway = new(true, true, 0.0001, false, Fencing.Native,
        TimeSpan.FromSeconds(1));

    private readonly ServiceSpec spec;
    private readonly TrafficShape shape;
    private readonly StableHistory history;
    private readonly RolloutEvent.Started started;
    private readonly int delay;

    /// <exception cref="CliException">There is no plan, or nobody could be compared.</exception>
    public TrafficRun(ServiceSpec spec, EnvironmentSpec environment, TrafficShape shape)
    {
        // Neither signals nor copies of requests are simulated, only users.
        (this.spec, this.shape) = (spec with { Evidence = [] }, shape);
        environment = environment with { Shadow = null };
        history = shape.Past();
        delay = (int)Math.Ceiling(PastEvidence.DelayOf(history).TotalSeconds);
        var instances = environment.MinInstances ?? spec.Run.MinInstances;
        var compiled = PlanCompiler.Compile(new(environment, Stable, Candidate, instances, Back: false, history)
        {
            Workload = Workload, Traffic = Gateway,
        });
        var plan = compiled is Compiled.Ready ready ? ready.Plan
            : throw new CliException(ExitCode.No, ((Compiled.Refused)compiled).Says);
        var (budget, note) = ErrorBudget.FailedRequestsOf(environment, spec.Objectives, history);
        if (note is not null) plan = plan with { Notes = plan.Notes.Add(note) };
        var limit = TimeSpan.FromMinutes(5);
        started = new(
            "simulated", spec.Service, environment.Name, Stable, Candidate, plan,
            new(environment.OnInconclusive, budget, limit, limit, TimeSpan.FromSeconds(30), 1));
    }

    public Plan Plan => started.Plan;

    public TrafficOutcome Run(CandidateFault fault, long seed)
    {
        var state = Quick(RolloutEvolution.Evolve(null, Recorded(started, 1, Start)), Start);
        var judge = new LaneJudge(state, history, spec);
        var users = new OwnUsers(shape, LaneJudge.SettingsOf(state), history);
        var late = new Queue<EvidenceBatch>();
        var (version, share) = (0L, -1.0);
        for (var second = 0; second < MostSeconds && state.CurrentStep is not null; second++)
        {
            var now = Start.AddSeconds(second + 1);
            if (ShareOf(state) is var to && to != share) (share, version) = (to, version + 1);
            var chance = new Chance(seed, second);
            var (stable, candidate) = users.Second(ref chance, second, share, fault);
            late.Enqueue(new(Node, Boot, second + 1, state.Lane, version, Start.AddSeconds(second), stable, candidate));
            if (late.Count > delay) judge.Observe(late.Dequeue());
            if (state.CurrentStep is Step.Watch)
                judge.StepStarted(state.Step, WatchedSteps.Of(state, state.Step, state.StepStartedAt));
            var verdict = judge.Assess(state, now);
            var seen = new Seen(
                ImmutableDictionary<string, Observation>.Empty, verdict, now - state.StepStartedAt);
            state = Quick(RolloutDecider.Decide(state, 1, seen)
                .Aggregate(state, (s, e) => RolloutEvolution.Evolve(s, Recorded(e, s.Version + 1, now))), now);
            if (state.Phase == RolloutPhase.GoingBack || state.End is RolloutEnd.PastReturn)
                return new(second + 1, null, users.RequestsHit, users.UsersHit);
            if (Asks(state, verdict)) return new(null, second + 1, users.RequestsHit, users.UsersHit);
        }

        return new(null, null, users.RequestsHit, users.UsersHit);
    }

    /// <summary>Nothing goes on without a person.</summary>
    private static bool Asks(RolloutState state, Verdict verdict) =>
        state.CurrentStep is Step.Watch { For: WatchFor.Users }
        && (verdict.Asks || verdict.Kind is VerdictKind.NoEvidence or VerdictKind.Inconclusive);

    /// <summary>Passes everything that users do not notice.</summary>
    private static RolloutState Quick(RolloutState state, DateTimeOffset now)
    {
        while (state.CurrentStep is { } step && (step is not Step.Watch || ShareOf(state) <= 0))
        {
            var by = step is Step.Await ? PassedBy.Person : PassedBy.Observed;
            state = RolloutEvolution.Evolve(
                state, Recorded(new RolloutEvent.StepPassed(state.Step, by, "", null), state.Version + 1, now));
        }

        return state;
    }

    private static double ShareOf(RolloutState state) =>
        state.Plan.Steps.Take(state.Step + 1).OfType<Step.Expose>().Select(e => e.To.ShareOfUsers).LastOrDefault();

    private static Recorded<RolloutEvent> Recorded(RolloutEvent happened, long version, DateTimeOffset at) =>
        new(happened, version, version, at, "simulation");
}
