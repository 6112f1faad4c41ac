using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>A release is judged by its answers to copies of requests, with the built program, before any user meets it.</summary>
public sealed class ShadowTests(ITestOutputHelper output)
{
    private const string Release =
        "  production: { listen: {1}, shadow: { share: 50%, for: 15s, requests: 50 }, canary: [50%], holdBack: 3s }";

    [Fact]
    public async Task A_wrong_total_is_taken_back_on_the_answers_alone_and_a_good_release_with_a_volatile_time_passes()
    {
        using var greeter = new Greeter(Release);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (first, visitors) = await Scenes.FirstReleaseAsync(headway, greeter, path: "/orders/1234");
        await using var leaving = visitors;

        greeter.Commit(2, total: 12);
        var bad = await headway.EndedAsync(2);
        output.WriteLine($"{(bad.EndedAt - bad.StartedAt)!.Value.TotalSeconds:0.0} s: {bad.CauseSays}");
        Assert.Equal((RolloutEnd.RolledBack, RollbackCause.ProvenWorse), (bad.End, bad.Cause));
        Assert.Equal("signal: shadow answers", bad.LastVerdict!.Evidence.Method);
        Assert.Contains("GET /orders/{id}: $.total 12.5 -> 12", bad.CauseSays);
        await CheckToldAsync(headway, bad);

        greeter.Commit(3);
        var compared = await headway.RolloutAsync(3, "has had its answers compared",
            each => !each.IsOpen || each.CurrentStep is Step.Watch { For: WatchFor.Users });
        Assert.True(compared.IsOpen, compared.CauseSays);
        var passed = compared.History.Last(step => compared.Plan.Steps[step.Step] is Step.Watch { For: WatchFor.Answers });
        output.WriteLine($"{(passed.PassedAt - passed.StartedAt)!.Value.TotalSeconds:0.0} s: {passed.Why}");
        Assert.Equal(PassedBy.Promote, passed.Proof);
        await headway.PromoteAsync(3);
        var good = await headway.EndedAsync(3);
        Assert.Equal((RolloutEnd.Completed, "shadow, canary"), (good.End, good.Plan.Strategy));

        await visitors.LeaveAsync();
        output.WriteLine($"{visitors}");
        Assert.Equal((0, 0), (visitors.Answered(bad.Candidate), visitors.AllFailed));
        Assert.True(visitors.Served(good.Candidate) > 0);
        (await headway.StopAsync()).HoldsTogether();
    }

    private static async Task CheckToldAsync(RunningHeadway headway, RolloutState bad)
    {
        Assert.Contains("$.total 12.5 -> 12", (await headway.CommandAsync("why", Greeter.Name)).Out);
        var shown = (await headway.CommandAsync("rollouts", "show", bad.Id)).Out;
        Assert.Contains("GET /orders/{id}: $.total 12.5 -> 12", shown);
        Assert.Contains("50 % of GET, HEAD, OPTIONS copied", shown);
    }
}
