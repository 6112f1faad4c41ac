using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Journeys;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Core.Tests.Rollouts;
using Headway.Core.Waiting;
using Xunit;

namespace Headway.Core.Tests.Strategies;

/// <summary>Traffic of our own as a step of a plan.</summary>
public sealed class LoadStepTests
{
    private static readonly LoadSpec Load = new(50, TimeSpan.FromSeconds(60), ["/", "/products"], "buy", null);

    public static TheoryData<StrategySpec?, string?> Strategies => new()
    {
        { null, "shop-1" }, { null, null }, { new StrategySpec.BlueGreen(TimeSpan.FromMinutes(1)), "shop-1" },
        { new StrategySpec.Rolling(1), "shop-1" }, { new StrategySpec.Canary([new(0.5)]), "shop-1" },
    };

    [Theory]
    [MemberData(nameof(Strategies))]
    public void In_every_strategy_it_comes_after_the_checks_and_before_any_user(StrategySpec? strategy, string? stable)
    {
        var steps = Plan(strategy, stable).Steps;
        var load = steps.IndexOf(steps.Single(step => step is Step.Watch { For: WatchFor.Load }));
        Assert.IsType<Step.Run>(steps[load - 1]);
        Assert.Equal("drive 50 requests/s at the candidate for 1 min", Steps.Says(steps[load]));
        Assert.True(load < steps.IndexOf(steps.First(step => step is Step.Expose)));
        Assert.Equal(TimeSpan.FromSeconds(60), ((Step.Watch)steps[load]).AtLeast);
    }

    [Fact]
    public void It_passes_by_the_judge_goes_back_by_the_judge_and_exposes_nobody()
    {
        var plan = Plan(null, "shop-1");
        var state = Samples.At(2, plan);
        Assert.IsType<Step.Watch>(state.CurrentStep);
        var seen = Samples.Seen(200, Samples.Says(VerdictKind.Promote, trials: 0), elapsed: 61);
        Assert.IsType<RolloutEvent.StepPassed>(Assert.Single(RolloutDecider.Decide(state, 1, seen)));
        Assert.IsType<RolloutEvent.Judged>(Assert.Single(RolloutDecider.Decide(state, 1, seen with { StepElapsed = TimeSpan.FromSeconds(59) })));
        var back = Assert.IsType<RolloutEvent.RollbackStarted>(Assert.Single(
            RolloutDecider.Decide(state, 1, seen with { Verdict = Samples.Says(VerdictKind.Rollback) })));
        Assert.Equal(RollbackCause.ProvenWorse, back.Cause);
        Assert.All(WantedEffects.Of(state, seen).Select(wanted => wanted.Effect).OfType<Effect.Exposed>(),
            exposed => Assert.Null(exposed.Candidate));
        Assert.Equal(WaitKind.Checking, Waits.OfRollout(state, Samples.Seen(200)).Kind);
        Assert.Contains("`headway rollouts promote ",
            Waits.OfRollout(state, Samples.Seen(200, Samples.Says(VerdictKind.Inconclusive))).Unblocks);
    }

    [Fact]
    public void A_journey_is_one_arrival_of_many_requests()
    {
        ImmutableArray<SignalSpec> evidence =
        [
            new("buy", new SignalSource.Journey([new JourneyStep("GET", "/a"), new JourneyStep("GET", "/b")]), new SignalTest.Counts()),
        ];
        Assert.Equal([1, 1, 2], Load.Items(evidence).Select(item => item.Steps.Length));
        var signals = Load.Signals(withStable: true, limit: 0.05, evidence);
        Assert.Equal([LoadSpec.Failures, LoadSpec.Slow, LoadSpec.Limit], signals.Select(signal => signal.Name));
        // 3000 requests are 2250 arrivals, of which four in five must be seen.
        Assert.Equal(1800, ((SignalTest.Counts)signals[0].Test).LeastTrials!.Value, 6);
        Assert.Equal([LoadSpec.Limit], Load.Signals(withStable: false, 0.05, evidence).Select(signal => signal.Name));
    }

    [Fact]
    public void A_service_without_users_is_told_what_would_help()
    {
        var state = Samples.At(Samples.Watching);
        var nothing = Verdict.None("Nobody came.");
        Assert.Contains("a `journey` under `evidence:`", Waits.OfRollout(state, Samples.Seen(200, nothing)).Unblocks);
        Assert.Contains("a `journey` under `evidence:`",
            Waits.OfRollout(state, Samples.Seen(200, nothing with { Kind = VerdictKind.KeepWatching })).Unblocks);
    }

    private static Plan Plan(StrategySpec? strategy, string? stable)
    {
        var environment = new EnvironmentSpec("production", ["./smoke.sh"], strategy, 50, OnInconclusive.Ask, TimeSpan.Zero, 0,
            null, null, ImmutableSortedDictionary<string, string>.Empty) { Load = Load };
        var capable = new Capabilities(true, true, 0, true, Fencing.Marker, TimeSpan.FromSeconds(1));
        return Assert.IsType<Compiled.Ready>(PlanCompiler.Compile(
            new(environment, stable, "shop-2", 2, Back: false, StableHistory.None) { Workload = capable, Traffic = capable })).Plan;
    }
}
