using System.Text.Json;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>From commits to production and back, with the built program and nothing faked but the users.</summary>
public sealed class MainPathTests(ITestOutputHelper output)
{
    /// <summary>Of a release that fails half of them; the first share is small where there is traffic.</summary>
    private const int MostFailedRequests = 30;

    [Fact]
    public async Task A_bad_release_comes_back_by_itself_a_good_one_stays_until_a_person_goes_back()
    {
        using var greeter = new Greeter(Scenes.Canary);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (first, visitors) = await Scenes.FirstReleaseAsync(headway, greeter);
        await using var leaving = visitors;
        await CheckStagingAsync(headway, 1);

        greeter.Commit(2, bad: 0.5);
        var bad = await headway.EndedAsync(2);
        await CheckStagingAsync(headway, 2);
        output.WriteLine($"{bad.Cause} {(bad.EndedAt - bad.StartedAt)!.Value.TotalSeconds:0.0} s, {visitors}");
        await CheckTakenBackAsync(headway, first, bad);
        await headway.UntilAsync("users are told of the bad release no more", visitors.NoMoreOf(bad.Candidate));
        Assert.InRange(visitors.Failed(bad.Candidate), 1, MostFailedRequests);
        await CheckToldAsync(headway, bad);

        greeter.Commit(3);
        await headway.PromoteAsync(3);
        var good = await headway.EndedAsync(3);
        Assert.Equal(RolloutEnd.Completed, good.End);
        Assert.Contains(good.History, step => step.Proof == PassedBy.Person);
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("rollouts", "watch", good.Id)).ExitCode);
        await headway.UntilAsync("everybody has the good release", visitors.NoMoreOf(first.Candidate));

        await GoBackAsync(headway, first, good);
        await headway.UntilAsync("everybody has the first release", visitors.NoMoreOf(good.Candidate));

        await visitors.LeaveAsync();
        output.WriteLine($"{visitors}");
        Assert.True(visitors.AllFailed == visitors.Failed(bad.Candidate), visitors.ToString());
        (await headway.StopAsync()).HoldsTogether();
    }

    private static async Task CheckStagingAsync(RunningHeadway headway, int version)
    {
        var staged = await headway.RolloutAsync(version, "ends", each => each.End is not null, "staging");
        Assert.Equal(RolloutEnd.Completed, staged.End);
        Assert.Contains(staged.History, step => staged.Plan.Steps[step.Step] is Step.Run && step.PassedAt is not null);
    }

    private static async Task CheckTakenBackAsync(RunningHeadway headway, RolloutState first, RolloutState bad)
    {
        Assert.Equal(RolloutEnd.RolledBack, bad.End);
        Assert.True(bad.Cause is RollbackCause.ProvenWorse or RollbackCause.BudgetSpent, bad.CauseSays);
        Assert.False(bad.Promoted);
        var lane = (await headway.ProductionAsync())!;
        Assert.Equal(first.Candidate, lane.State.Current);
        Assert.Equal(bad.Candidate, lane.State.Hold?.Release);
        Assert.Null(lane.State.Open);
        Assert.Equal(0, lane.Route!.To.ShareOfUsers);
    }

    /// <summary>What a person at a terminal, and a script, are told of it.</summary>
    private static async Task CheckToldAsync(RunningHeadway headway, RolloutState bad)
    {
        var why = await headway.CommandAsync("why", Greeter.Name);
        Assert.Equal(ExitCode.Ok, why.ExitCode);
        Assert.Contains(bad.Candidate, why.Out);
        var waits = (await headway.CommandAsync("why", Greeter.Name, "--json")).Json().EnumerateArray();
        Assert.Contains(waits, wait => wait.GetProperty("says").GetString()!.Contains(
            bad.Candidate, StringComparison.Ordinal));
        var shown = (await headway.CommandAsync("rollouts", "show", bad.Id, "--json")).Json().GetProperty("state");
        Assert.Equal("RolledBack", shown.GetProperty("end").GetString(), ignoreCase: true);
        Assert.Equal(bad.Cause.ToString(), shown.GetProperty("cause").GetString(), ignoreCase: true);
        Assert.Equal(JsonValueKind.String, shown.GetProperty("causeSays").ValueKind);
        Assert.Equal(ExitCode.No, (await headway.CommandAsync("rollouts", "watch", bad.Id)).ExitCode);
        var late = await headway.CommandAsync("rollouts", "promote", bad.Id);
        Assert.Equal(ExitCode.Refused, late.ExitCode);
        Assert.Contains(bad.Id, late.Error);
    }

    private static async Task GoBackAsync(RunningHeadway headway, RolloutState first, RolloutState good)
    {
        var back = await headway.CommandAsync("rollback", Greeter.Name, "--reason", "not what we wanted", "--json");
        Assert.True(back.ExitCode == ExitCode.Ok, back.Error);
        Assert.Equal("production", back.Json().GetProperty("environment").GetString());
        await headway.UntilAsync("production is back on the first release", async () =>
            (await headway.ProductionAsync())?.State is { Open: null } lane && lane.Current == first.Candidate);
        var lane = (await headway.ProductionAsync())!.State;
        Assert.Equal(good.Candidate, lane.Hold?.Release);
        Assert.Equal(ExitCode.NotFound, (await headway.CommandAsync("rollback", "nothing-of-that-name")).ExitCode);
    }
}
