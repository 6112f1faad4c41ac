using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Services that no user comes to: synthetic journeys and load are all that a release is judged by.</summary>
public sealed class SyntheticTests(ITestOutputHelper output)
{
    private const string Journey =
        """
        evidence:
          buy:
            journey:
              - get: /products
                expect: { status: 200, json: { "$.items[0].id": exists } }
                extract: { id: "$.items[0].id" }
              - post: /cart
                json: { product: "{id}" }
                expect: { status: 201 }
              - get: /cart
                expect: { json: { "$.count": 1 } }
            every: 1s
        """;

    [Fact]
    public async Task A_release_is_rolled_back_on_a_synthetic_journey_alone_and_a_good_one_is_promoted_on_it()
    {
        using var greeter = new Greeter("  production: { listen: {1}, canary: [50%], holdBack: 1s }", Journey);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var first = await headway.EndedAsync(1);
        Assert.Equal(RolloutEnd.Completed, first.End);

        greeter.Commit(2, fault: "cart");
        var bad = await headway.EndedAsync(2);
        output.WriteLine($"{bad.CauseSays} after {(bad.EndedAt - bad.StartedAt)!.Value.TotalSeconds:0.0} s");
        Assert.Equal((RolloutEnd.RolledBack, RollbackCause.ProvenWorse), (bad.End, bad.Cause));
        Assert.StartsWith("buy: ", bad.CauseSays);
        var evidence = bad.LastVerdict!.Evidence;
        Assert.Equal((0, 0, "signal: buy"), (evidence.CandidateRequests, evidence.StableRequests, evidence.Method));
        var signal = Assert.Single(bad.LastVerdict.Signals, each => each.Name == "buy");
        Assert.StartsWith("step 3 GET /cart: $.count is 0 instead of 1 (trace ", signal.Examples[0]);
        Assert.Equal(0, signal.Stable!.Events);
        Assert.Equal(first.Candidate, (await headway.ProductionAsync())!.State.Current);

        greeter.Commit(3);
        await headway.UntilAsync("the journey says that nothing is wrong with the good release", async () =>
            (await headway.ProductionAsync())!.Verdict is { Kind: VerdictKind.KeepWatching, Evidence.Method: "signal: buy" } says
            && says.Signals.Any(each => each is { Name: "buy", Candidate: { Trials: >= 30, Events: 0 } }));
        await headway.PromoteAsync(3);
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(3)).End);
        (await headway.StopAsync()).HoldsTogether();
    }

    [Fact]
    public async Task A_release_that_nobody_uses_is_promoted_on_its_journey()
    {
        if (!Scenes.IsSoak) Assert.Skip("Without proof a step takes five minutes: it runs with `headway test --soak`.");
        using var greeter = new Greeter("  production: { listen: {1}, canary: [50%], holdBack: 1s }", Journey);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        await headway.EndedAsync(1);
        greeter.Commit(2);
        var good = await headway.EndedAsync(2, TimeSpan.FromMinutes(5));
        Assert.Equal(RolloutEnd.Completed, good.End);
        var watch = Passed(good, WatchFor.Users);
        output.WriteLine($"{watch.Why} after {(good.EndedAt - good.StartedAt)!.Value.TotalSeconds:0.0} s");
        Assert.Equal(PassedBy.Promote, watch.Proof);
        Assert.Contains("It stands in for users, of whom too few came.", watch.Why);
        Assert.Equal(0, good.LastVerdict!.Evidence.CandidateRequests);
        (await headway.StopAsync()).HoldsTogether();
    }

    [Fact]
    public async Task Without_a_journey_a_service_that_nobody_uses_waits_and_says_that_a_journey_would_help()
    {
        using var greeter = new Greeter("  production: { listen: {1}, canary: [50%] , holdBack: 1s}");
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        await headway.EndedAsync(1);
        greeter.Commit(2);
        await headway.RolloutAsync(2, "is watched", Scenes.IsWatched);
        var why = "";
        await headway.UntilAsync("it says what would help", async () =>
            (why = (await headway.CommandAsync("why", Greeter.Name)).Out).Contains("`journey`", StringComparison.Ordinal));
        output.WriteLine(why);
        Assert.Contains("Requests to the candidate, or a `journey` under `evidence:` in headway.yaml", why);
    }

    [Fact]
    public async Task A_load_step_finds_a_release_that_fails_under_load_before_any_user_meets_it()
    {
        using var greeter = new Greeter(
            "  production: { listen: {1}, load: { requests: 40/s, for: 6s, paths: [/, /products], journey: buy } }", Journey);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var first = await headway.EndedAsync(1);
        Assert.Equal(RolloutEnd.Completed, first.End);
        Assert.Equal("drive 40 requests/s at the candidate for 6 s", Steps.Says(first.Plan.Steps[1]));

        greeter.Commit(2, fault: "load");
        var bad = await headway.EndedAsync(2);
        output.WriteLine($"{bad.CauseSays}");
        Assert.Equal((RolloutEnd.RolledBack, RollbackCause.ProvenWorse), (bad.End, bad.Cause));
        Assert.StartsWith("load/", bad.CauseSays);
        Assert.True(bad.Plan.Steps[bad.Step] is Step.Watch { For: WatchFor.Load }, $"It was at step {bad.Step}.");
        Assert.Contains(bad.LastVerdict!.Signals, signal => signal.Examples.Any(
            example => example.Contains("status 503", StringComparison.Ordinal)));

        greeter.Commit(3);
        var good = await headway.EndedAsync(3);
        var load = Passed(good, WatchFor.Load);
        output.WriteLine($"{load.Why}");
        Assert.Equal((RolloutEnd.Completed, PassedBy.Promote), (good.End, load.Proof));
        (await headway.StopAsync()).HoldsTogether();
    }

    private static StepRecord Passed(RolloutState rollout, WatchFor what) => rollout.History.Single(step =>
        step.Step < rollout.Plan.Steps.Length && rollout.Plan.Steps[step.Step] is Step.Watch watch && watch.For == what);
}
