using Headway.Core.Environments;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Targets;
using Headway.Core.Tests.Rollouts;
using Headway.Core.Waiting;
using Xunit;
using static Headway.Core.Tests.Rollouts.Samples;

namespace Headway.Core.Tests.Waiting;

public sealed class WaitsTests
{
    public static TheoryData<string, WaitKind, string> Steps => new()
    {
        { "placing", WaitKind.Placing, "shop-2 is starting." },
        { "checking", WaitKind.Checking, "`./smoke.sh` runs against shop-2." },
        { "exposing", WaitKind.Placing, "Waits to see this done: give the candidate 5 %." },
        { "watching", WaitKind.Evidence, "The judge says KeepWatching." },
        { "no evidence", WaitKind.NoEvidence, "The judge says NoEvidence." },
        { "incident", WaitKind.Incident, "The judge says Hold." },
        { "unclear", WaitKind.Person, "The judge says Inconclusive." },
        { "awaiting", WaitKind.Person, "5 % waits for approval." },
        { "holding back", WaitKind.HoldBack, "shop-2 is promoted; shop-1 is kept while the judge keeps looking." },
        { "retiring", WaitKind.Placing, "Waits to see this done: stop the old release." },
        { "paused", WaitKind.Paused, "Paused: lunch" },
        { "going back", WaitKind.RollingBack, "Going back to shop-1: It fails." },
        { "unreachable", WaitKind.NodeUnreachable, "Node node-1 is silent." },
    };

    [Theory, MemberData(nameof(Steps))]
    public void Everything_that_does_not_move_says_why(string situation, WaitKind kind, string says)
    {
        var (state, seen) = Situation(situation);
        var wait = Waits.OfRollout(state, seen);
        Assert.Equal((kind, says, "shop-production-2"), (wait.Kind, wait.Says, wait.Subject));
        Assert.Equal(state.StepStartedAt, wait.Since);
        // What a person can do is named wherever nothing goes on without one.
        if (kind is WaitKind.Person or WaitKind.Paused or WaitKind.NoEvidence)
            Assert.Contains("`headway rollouts ", wait.Unblocks);
    }

    [Fact]
    public void The_end_of_hold_back_and_of_a_watch_is_foretold()
    {
        Assert.Equal(At(HoldingBack).StepStartedAt.AddMinutes(60), Waits.OfRollout(At(HoldingBack), Seen(200)).Until);
        var verdict = Says(VerdictKind.KeepWatching);
        verdict = verdict with { Evidence = verdict.Evidence with { ClockSeconds = 10, MoreSeconds = 90 } };
        Assert.Equal(At(Watching).StepStartedAt.AddSeconds(100), Waits.OfRollout(At(Watching), Seen(200, verdict)).Until);
    }

    [Fact]
    public void A_lane_without_a_rollout_says_why_too()
    {
        var empty = LaneState.Empty("shop", "production");
        Assert.Equal(WaitKind.NoRelease, Waits.Of(empty, null, null).Kind);
        Assert.Equal(WaitKind.Nothing, Waits.Of(empty with { Current = "shop-1" }, null, null).Kind);
        var queued = empty with { Queued = new("shop-2", 2, "It passed.", false) };
        Assert.Equal(WaitKind.Intent, Waits.Of(queued, null, null).Kind);
        Assert.Equal(WaitKind.OlderRollout, Waits.Of(queued with { Queued = queued.Queued with { Commit = "c0ffee" } }, null, null).Kind);
        var held = Waits.Of(empty with { Current = "shop-1", Hold = new("shop-2", "shop-2: It fails.", Start) }, null, null);
        Assert.Equal((WaitKind.Hold, "Turned away and held. shop-2: It fails."), (held.Kind, held.Says));
        Assert.Contains("`headway resume shop --environment production`", held.Unblocks);
        Assert.Equal("Everything is held: A holiday.", Waits.Of(empty with { Hold = new(null, "A holiday.", Start) }, null, null).Says);
        Assert.StartsWith("shop-1: It fails.", Waits.Of(empty with { Current = "shop-1", Hold = new("shop-1", "shop-1: It fails.", Start) }, null, null).Says);
        Assert.Equal(WaitKind.Placing, Waits.Of(empty, Samples.Begin(), Seen(200)).Kind);
    }

    private static (RolloutState State, Seen Seen) Situation(string name) => name switch
    {
        "placing" => (At(Placing), Seen(200)),
        "checking" => (At(Checking), Seen(200)),
        "exposing" => (At(Exposing), Seen(200)),
        "watching" => (At(Watching), Seen(200)),
        "no evidence" => (At(Watching), Seen(200, Says(VerdictKind.NoEvidence))),
        "incident" => (At(Watching), Seen(200, Says(VerdictKind.Hold))),
        "unclear" => (At(Watching), Seen(200, Says(VerdictKind.Inconclusive))),
        "awaiting" => (At(Awaiting), Seen(200)),
        "holding back" => (At(HoldingBack), Seen(200)),
        "retiring" => (At(Retiring), Seen(200)),
        "paused" => (At(Watching).Then(new RolloutEvent.Paused("lunch")), Seen(200)),
        "going back" => (At(Watching).GoingBack(), Seen(200)),
        "unreachable" => (At(Watching), Seen(200).With("traffic", Observation.Unreachable(Start, "Node node-1 is silent."))),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
