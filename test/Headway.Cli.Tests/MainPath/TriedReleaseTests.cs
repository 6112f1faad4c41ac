using Headway.Core.Rollouts;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>At three in the morning people type `rollback`, whatever the rollout is doing.</summary>
public sealed class TriedReleaseTests
{
    [Fact]
    public async Task Rolling_back_while_a_release_is_tried_takes_that_one_back_and_goes_no_further()
    {
        using var greeter = new Greeter(Scenes.Canary);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var first = await headway.EndedAsync(1);
        greeter.Commit(2);
        await headway.PromoteAsync(2);
        var second = await headway.EndedAsync(2);
        Assert.Equal(RolloutEnd.Completed, second.End);

        greeter.Commit(3);
        var tried = await headway.RolloutAsync(3, "is watched", each => each.IsWatched());
        var back = await headway.CommandAsync("rollback", Greeter.Name, "--reason", "pager");
        Assert.True(back.ExitCode == ExitCode.Ok, back.Error);

        var ended = await headway.EndedAsync(3);
        Assert.Equal((RolloutEnd.RolledBack, RollbackCause.Person), (ended.End, ended.Cause));
        // A rollback that went further would be queued, or open, or one more rollout by now.
        await headway.UntilAsync("production is at rest", async () =>
            (await headway.ProductionAsync())?.State is { Open: null, Queued: null });
        var lane = (await headway.ProductionAsync())!.State;
        Assert.Equal((second.Candidate, tried.Candidate), (lane.Current, lane.Hold?.Release));
        Assert.NotEqual(first.Candidate, lane.Current);
        Assert.Equal(3, lane.Rollouts);
    }
}
