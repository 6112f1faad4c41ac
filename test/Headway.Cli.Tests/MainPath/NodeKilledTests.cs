using Headway.Core.Rollouts;
using Headway.Server.Status;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>The node's control dies in the middle of a bad release; what it has started goes on.</summary>
public sealed class NodeKilledTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_node_that_is_killed_and_started_again_finds_its_instances_and_takes_the_bad_release_back()
    {
        using var greeter = new Greeter(Scenes.Canary);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (first, visitors) = await Scenes.FirstReleaseAsync(headway, greeter);
        await using var leaving = visitors;
        var instances = await InstancesAsync(headway, first.Candidate);
        Assert.NotEmpty(instances);

        greeter.Commit(2, bad: 0.5);
        await headway.RolloutAsync(2, "meets users", Scenes.IsWatched);
        await headway.KillAsync("node");
        await headway.UntilAsync("the node is missed", async () => await SilenceAsync(headway) > 3);
        headway.StartNode();
        await headway.UntilAsync("the node is heard again", async () => await SilenceAsync(headway) < 3);
        var bad = await headway.EndedAsync(2);
        output.WriteLine($"{bad.Cause}, {visitors}");

        Assert.Equal(RolloutEnd.RolledBack, bad.End);
        Assert.Equal(instances, await InstancesAsync(headway, first.Candidate));
        await headway.UntilAsync("nobody has the bad release", visitors.NoMoreOf(bad.Candidate));
        await visitors.LeaveAsync();
        Assert.True(visitors.AllFailed == visitors.Failed(bad.Candidate), visitors.ToString());
        (await headway.StopAsync()).HoldsTogether();
    }

    private static async Task<double> SilenceAsync(RunningHeadway headway) =>
        (await headway.Api.GetAsync<StatusView>("api/v1/status", default)).Nodes.Single().HeardSecondsAgo ?? 0;

    private static async Task<List<(string, int, int)>> InstancesAsync(RunningHeadway headway, string release) =>
    [
        .. (await headway.ProductionAsync())!.Instances.Where(each => each.Release == release)
            .Select(each => (each.Instance.Id, each.Instance.Pid, each.Instance.Restarts)),
    ];
}
