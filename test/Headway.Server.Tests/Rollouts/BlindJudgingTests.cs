using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Server.Rollouts;
using Xunit;

namespace Headway.Server.Tests.Rollouts;

/// <summary>Whether telemetry arrives, as a lane judges it without anybody having written that down.</summary>
public sealed class BlindJudgingTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private long sequence;

    [Fact]
    public void It_is_judged_from_the_first_sample_on_and_not_before()
    {
        var (judge, open) = Watching();
        Assert.Empty(judge.Assess(open, Start).Signals.Where(s => s.Name == "telemetry"));
        judge.Observe(Sample(0, stable: true, candidate: false));
        var verdict = Wait(judge, open, 60);
        Assert.Equal(VerdictKind.NoEvidence, verdict.Signals.Single(s => s.Name == "telemetry").Kind);
        Assert.Contains("no spans came", verdict.Says);
    }

    [Fact]
    public void Whoever_names_telemetry_says_what_it_may_do()
    {
        var (judge, open) = Watching(SignalSpec.TelemetryAsBefore with { Trust = Trust.Observe });
        judge.Observe(Sample(0, stable: true, candidate: false));
        var told = Wait(judge, open, 60).Signals.Single(s => s.Name == "telemetry");
        Assert.Equal((Trust.Observe, VerdictKind.NoEvidence), (told.Trust, told.Kind));
    }

    private static Verdict Wait(LaneJudge judge, RolloutState open, int seconds)
    {
        var verdict = judge.Assess(open, Start);
        for (var second = 1; second <= seconds; second++) verdict = judge.Assess(open, Start.AddSeconds(second));
        return verdict;
    }

    private SignalSample Sample(int second, bool stable, bool candidate) => new(
        "shop/production", "telemetry", "server/1", ++sequence, Start.AddSeconds(second),
        stable ? SideReading.Read("shop-1", 1) : null, candidate ? SideReading.Read("shop-2", 1) : null)
    {
        Unseen = "no spans came",
    };

    private static (LaneJudge Judge, RolloutState Open) Watching(params ImmutableArray<SignalSpec> written)
    {
        var plan = new Plan("canary", 1,
            [new Step.Place("workload", 1), new Step.Expose("traffic", new Exposure.Fraction(0.5, ExposureUnit.Client)),
                new Step.Watch(WatchFor.Users, TimeSpan.Zero, TimeSpan.FromMinutes(10))], []);
        var rules = new RolloutRules(OnInconclusive.Ask, 50, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1),
            TimeSpan.FromSeconds(30), 1);
        var state = RolloutEvolution.Fold(new RolloutEvent[]
        {
            new RolloutEvent.Started("shop-production-2", "shop", "production", "shop-1", "shop-2", plan, rules),
            new RolloutEvent.StepPassed(0, PassedBy.Observed, "seen", null),
            new RolloutEvent.StepPassed(1, PassedBy.Observed, "seen", null),
        }.Select((happened, i) => new Recorded<RolloutEvent>(happened, i + 1, i + 1, Start, "headway")))!;
        var spec = new ServiceSpec("shop", [], new("./run"), ObjectivesSpec.None, []) { Evidence = written };
        var judge = new LaneJudge(state, StableHistory.None, spec);
        judge.StepStarted(2, new(Start, 0.5, 1, TimeSpan.Zero));
        return (judge, state);
    }
}
