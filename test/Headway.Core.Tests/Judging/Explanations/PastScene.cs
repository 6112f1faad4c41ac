using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Explanations;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;

namespace Headway.Core.Tests.Judging.Explanations;

/// <summary>A rollout of the shop, watched again second by second by the real judge and recorded.</summary>
internal sealed class PastScene
{
    public static readonly DateTimeOffset Start = Scene.Start;

    private readonly JudgeSettings settings = new();
    private readonly Judge judge;
    private readonly List<Recorded<RolloutEvent>> events = [];
    private long sequence;

    public PastScene(StableHistory? history = null)
    {
        History = history ?? Scene.OnePerCent;
        judge = new(settings, History, Scene.Sides);
        Plan plan = new("canary", 2,
        [
            new Step.Expose("traffic", new Exposure.Fraction(0.1, ExposureUnit.Client)),
            new Step.Watch(WatchFor.Users, TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(10)),
            new Step.Expose("traffic", new Exposure.Fraction(0.5, ExposureUnit.Client)),
            new Step.Watch(WatchFor.Users, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10)),
            new Step.Expose("traffic", new Exposure.Fraction(1, ExposureUnit.Client)),
        ], []);
        var limit = TimeSpan.FromMinutes(5);
        Happens(0, new RolloutEvent.Started(
            "shop-production-2", "shop", "production", "r1", "r2", plan, new(OnInconclusive.Ask, 50, limit, limit,
                limit, 1)));
        Happens(0, new RolloutEvent.StepPassed(0, PassedBy.Observed, "", null));
        judge.StepStarted(WatchedSteps.Of(State, 1, Start));
        Recording = new(State, settings, History);
    }

    public StableHistory History { get; }

    public ExplanationRecording Recording { get; }

    public RolloutState State { get; private set; } = null!;

    public int Second { get; private set; }

    public Verdict Last { get; private set; } = Verdict.None("");

    public void Happens(int second, RolloutEvent happened)
    {
        events.Add(new(happened, events.Count + 1, events.Count + 1, Start.AddSeconds(second), "test"));
        State = RolloutEvolution.Fold(events)!;
    }

    /// <summary>Serves until the judge says Rollback, or so many seconds.</summary>
    public PastScene Serve(int seconds, SideCounts stable, SideCounts candidate)
    {
        for (var i = 0; i < seconds && Last.Kind != VerdictKind.Rollback; i++)
        {
            var batch = new EvidenceBatch(
                "n1", "b1", ++sequence, Scene.Sides.Lane, 1, Start.AddSeconds(Second), stable, candidate);
            judge.Observe(batch);
            Last = judge.Assess(Start.AddSeconds(Second + 1));
            Recording.Look(batch.Second, State, [batch], Last);
            Second++;
        }

        return this;
    }

    public static SideCounts Side(string release, int requests, int failures, params RouteCounts[] routes) =>
        SideCounts.None(release) with
        {
            Requests = requests, Failures = failures, Clients = requests, ClientFailures = failures,
            SpellClients = requests, Routes = [.. routes],
        };

    public static ImmutableDictionary<DateTimeOffset, long> Traffic(int from, int seconds, long requests) =>
        Enumerable.Range(from, seconds).ToImmutableDictionary(s => Start.AddSeconds(s), _ => requests);
}
