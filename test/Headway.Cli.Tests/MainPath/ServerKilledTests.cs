using System.Diagnostics;
using Headway.Core.Rollouts;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>What decides dies in the middle of a bad release; users of the good one are to notice nothing.</summary>
public sealed class ServerKilledTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_server_that_is_killed_and_started_again_takes_the_bad_release_back_and_records_it_once()
    {
        using var greeter = new Greeter(Scenes.Canary);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (first, visitors) = await Scenes.FirstReleaseAsync(headway, greeter);
        await using var leaving = visitors;

        greeter.Commit(2, bad: 0.5);
        var exposed = await headway.RolloutAsync(2, "meets users", Scenes.IsWatched);
        var atRandom = Random.Shared.Next(1000);
        await Task.Delay(atRandom);
        var before = (await headway.RolloutAsync(2, "is known", _ => true)).Phase;
        await headway.KillAsync("server");
        await headway.StartServerAsync();
        var bad = await headway.EndedAsync(2);
        output.WriteLine($"killed {atRandom} ms after exposure while {before}; {bad.Cause}, {visitors}");

        Assert.Equal(exposed.Id, bad.Id);
        Assert.Equal(RolloutEnd.RolledBack, bad.End);
        var lane = (await headway.ProductionAsync())!;
        Assert.Equal((first.Candidate, bad.Candidate), (lane.State.Current, lane.State.Hold?.Release));
        await headway.UntilAsync("nobody has the bad release", visitors.NoMoreOf(bad.Candidate));
        await visitors.LeaveAsync();
        Assert.True(visitors.AllFailed == visitors.Failed(bad.Candidate), visitors.ToString());
        (await headway.StopAsync()).HoldsTogether();
    }

    [Fact]
    public async Task A_server_that_stays_dead_leaves_the_candidate_to_nobody_when_its_lease_is_over()
    {
        if (!Scenes.IsSoak) Assert.Skip("The lease is 30 s long; HEADWAY_SOAK=1 waits for it.");
        using var greeter = new Greeter(Scenes.Canary);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (_, visitors) = await Scenes.FirstReleaseAsync(headway, greeter);
        await using var leaving = visitors;

        greeter.Commit(2);
        var exposed = await headway.RolloutAsync(2, "meets users", Scenes.IsWatched);
        await headway.UntilAsync("users have it", () => visitors.Served(exposed.Candidate) > 0);
        await headway.KillAsync("server");
        var began = Stopwatch.GetTimestamp();
        await headway.UntilAsync("nobody has it any more", visitors.NoMoreOf(exposed.Candidate));

        output.WriteLine($"after {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s: {visitors}");
        await visitors.LeaveAsync();
        Assert.True(visitors.AllFailed == 0, visitors.ToString());
    }
}
