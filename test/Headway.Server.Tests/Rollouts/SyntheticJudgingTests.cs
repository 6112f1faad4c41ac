using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Journeys;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Server.Rollouts;
using Xunit;

namespace Headway.Server.Tests.Rollouts;

/// <summary>What the judge of a lane says of a service that hardly anybody uses, second by second.</summary>
public sealed class SyntheticJudgingTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly SignalSpec Buy = new("buy",
        new SignalSource.Journey([new JourneyStep("GET", "/")]), new SignalTest.Counts()) { Every = TimeSpan.FromSeconds(5) };

    private static readonly LoadSpec Driven = new(50, TimeSpan.FromSeconds(60), ["/"], null, null);

    private long sequence;

    [Fact]
    public void A_journey_alone_promotes_after_five_minutes_in_which_nothing_is_suspected()
    {
        var (judge, open) = Watching(WatchFor.Users, Buy);
        Assert.Equal(VerdictKind.KeepWatching, Seconds(judge, open, 290, every: 5, bad: 0).Kind);
        var verdict = Seconds(judge, open, 15, every: 5, bad: 0, from: 290);
        Assert.Equal(VerdictKind.Promote, verdict.Kind);
        Assert.EndsWith("It stands in for users, of whom too few came.", verdict.Says);
    }

    [Fact]
    public void A_journey_that_fails_takes_the_release_back_within_a_minute()
    {
        var (judge, open) = Watching(WatchFor.Users, Buy);
        var verdict = Seconds(judge, open, 60, every: 5, bad: 1);
        Assert.Equal((VerdictKind.Rollback, "signal: buy"), (verdict.Kind, verdict.Evidence.Method));
    }

    [Fact]
    public void Without_a_journey_and_without_users_there_is_no_evidence()
    {
        var (judge, open) = Watching(WatchFor.Users, null);
        Assert.Equal(VerdictKind.KeepWatching, Seconds(judge, open, 600, every: 0, bad: 0).Kind);
        Assert.Equal(VerdictKind.NoEvidence, Seconds(judge, open, 20, every: 0, bad: 0, from: 600).Kind);
    }

    [Fact]
    public void A_journey_that_is_not_run_is_no_evidence_either()
    {
        var (judge, open) = Watching(WatchFor.Users, Buy);
        var verdict = Seconds(judge, open, 620, every: 0, bad: 0);
        Assert.Equal(VerdictKind.NoEvidence, verdict.Kind);
    }

    [Theory]
    [InlineData(0, 0, VerdictKind.Promote)]
    [InlineData(1, 1, VerdictKind.Rollback)]
    // As many fail as with stable, but far more than the objective allows.
    [InlineData(10, 10, VerdictKind.Rollback)]
    public void A_load_passes_or_fails_by_what_came_of_it(int bad, int badWithStable, VerdictKind expected)
    {
        var (judge, open) = Watching(WatchFor.Load, null);
        var verdict = VerdictOf(judge, open, bad, bad == 1 ? 0 : badWithStable);
        Assert.Equal(expected, verdict.Kind);
        Assert.StartsWith("signal: load/", verdict.Evidence.Method);
    }

    [Fact]
    public void A_load_that_did_not_come_asks_and_one_that_came_in_part_does_too()
    {
        var (judge, open) = Watching(WatchFor.Load, null);
        var nothing = Seconds(judge, open, 100, every: 0, bad: 0);
        Assert.Equal((VerdictKind.NoEvidence, true), (nothing.Kind, nothing.Asks));
        (judge, open) = Watching(WatchFor.Load, null);
        for (var second = 0; second < 20; second++) Load(judge, second, 0, 0);
        Assert.Equal(VerdictKind.NoEvidence, Seconds(judge, open, 100, every: 0, bad: 0).Kind);
    }

    [Fact]
    public void The_load_of_an_earlier_step_does_not_hold_up_the_watch_of_users()
    {
        var (judge, open) = Watching(WatchFor.Users, Buy, alsoLoad: true);
        Assert.Equal(VerdictKind.Promote, Seconds(judge, open, 305, every: 5, bad: 0).Kind);
    }

    private static Verdict VerdictOf(LaneJudge judge, RolloutState open, int bad, int badWithStable)
    {
        var verdict = judge.Assess(open, Start);
        for (var second = 0; second < 65 && verdict.Kind != VerdictKind.Rollback; second++)
        {
            if (second < 60) Load(judge, second, bad, badWithStable);
            verdict = judge.Assess(open, Start.AddSeconds(second + 1));
        }
        return verdict;
    }

    private static void Load(LaneJudge judge, int second, int bad, int badWithStable)
    {
        SideReading Side(string release, int events) => SideReading.Counted(release, 50, events);
        foreach (var signal in (string[])[LoadSpec.Failures, LoadSpec.Slow, LoadSpec.Limit])
            judge.Observe(new SignalSample("shop/production", signal, "n1/b", second + 1, Start.AddSeconds(second),
                signal == LoadSpec.Limit ? null : Side("shop-1", signal == LoadSpec.Slow ? 0 : badWithStable),
                Side("shop-2", signal == LoadSpec.Slow ? 0 : bad)));
    }

    private Verdict Seconds(LaneJudge judge, RolloutState open, int count, int every, double bad, int from = 0)
    {
        var verdict = judge.Assess(open, Start.AddSeconds(from));
        for (var second = from; second < from + count; second++)
        {
            if (every > 0 && second % every == 0)
                judge.Observe(new SignalSample("shop/production", "buy", "n1/b", ++sequence, Start.AddSeconds(second),
                    SideReading.Counted("shop-1", 1, 0), SideReading.Counted("shop-2", 1, bad)));
            verdict = judge.Assess(open, Start.AddSeconds(second + 1));
            if (verdict.Kind == VerdictKind.Rollback) break;
        }
        return verdict;
    }

    private static (LaneJudge Judge, RolloutState Open) Watching(WatchFor what, SignalSpec? signal, bool alsoLoad = false)
    {
        Step watch = what == WatchFor.Load
            ? new Step.Watch(what, Driven.For, Driven.For + TimeSpan.FromSeconds(30)) { Load = Driven }
            : new Step.Watch(what, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(615));
        ImmutableArray<Step> more = alsoLoad ? [new Step.Watch(WatchFor.Load, Driven.For, Driven.For) { Load = Driven }] : [];
        var environment = new EnvironmentSpec("production", [], null, 50, OnInconclusive.Ask, TimeSpan.Zero, 0, null, null,
            ImmutableSortedDictionary<string, string>.Empty);
        var spec = new ServiceSpec("shop", [], new("./run"), ObjectivesSpec.None, [environment])
        {
            Evidence = signal is null ? [] : [signal],
        };
        var open = RolloutEvolution.Evolve(null, new(new RolloutEvent.Started("shop-production-2", "shop", "production", "shop-1",
            "shop-2", new("canary", 1, [watch, .. more, new Step.Expose("traffic", new Exposure.Fraction(1, ExposureUnit.Client))], []),
            new(OnInconclusive.Ask, 50, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(30), 1)),
            1, 1, Start, "headway"));
        var judge = new LaneJudge(open, StableHistory.None, spec);
        var step = (Step.Watch)watch;
        judge.StepStarted(0, new(Start, 0, 1, step.AtLeast, step.AtMost));
        return (judge, open);
    }
}
