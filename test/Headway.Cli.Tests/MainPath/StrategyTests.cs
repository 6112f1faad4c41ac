using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Instances are replaced under users who keep their connections; no request may be lost.</summary>
public sealed class StrategyTests(ITestOutputHelper output)
{
    [Fact]
    public Task Rolling_replaces_instances_one_at_a_time_and_loses_no_request() =>
        ReplaceAsync("  production: { listen: {1}, instances: 3, rolling: true }", "rolling", async (headway, first) =>
        {
            var half = await headway.RolloutAsync(2, "is watched", Scenes.IsWatched);
            Assert.Equal([(first, 3), (half.Candidate, 1)], await RunningAsync(headway, ready: 4));
            await headway.PromoteAsync(2);
        });

    [Fact]
    public Task Blue_green_cuts_over_at_once_and_loses_no_request() => ReplaceAsync(
        "  production: { listen: {1}, instances: 2, blueGreen: { keepOld: 3s } }", "blue-green",
        async (headway, first) =>
        {
            var kept = await headway.RolloutAsync(
                2, "keeps the old set", each => each.CurrentStep is Step.Watch { For: WatchFor.HoldBack });
            Assert.Equal([(first, 2), (kept.Candidate, 2)], await RunningAsync(headway, ready: 4));
        });

    private async Task ReplaceAsync(string release, string strategy, Func<RunningHeadway, string, Task> during)
    {
        using var greeter = new Greeter(release);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (first, visitors) = await Scenes.FirstReleaseAsync(headway, greeter, alsoSlow: true);
        await using var leaving = visitors;

        greeter.Commit(2);
        await during(headway, first.Candidate);
        var second = await headway.EndedAsync(2);
        Assert.Equal((RolloutEnd.Completed, strategy), (second.End, second.Plan.Strategy));
        await headway.UntilAsync("everybody has the second release", visitors.NoMoreOf(first.Candidate));
        await headway.UntilAsync("the old instances are gone", async () =>
            (await headway.ProductionAsync())!.Instances.All(each => each.Release == second.Candidate));

        await visitors.LeaveAsync();
        output.WriteLine($"{visitors}");
        Assert.True(visitors.Served(second.Candidate) > 0 && visitors.AllFailed == 0, visitors.ToString());
        (await headway.StopAsync()).HoldsTogether();
    }

    private static async Task<List<(string, int)>> RunningAsync(RunningHeadway headway, int ready)
    {
        List<(string, int)> running = [];
        await headway.UntilAsync($"{ready} instances are ready", async () =>
        {
            var instances = (await headway.ProductionAsync())!.Instances;
            running = [.. instances.Where(each => each.Instance.State == "ready").GroupBy(each => each.Release)
                .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Key, group.Count()))];
            return running.Sum(each => each.Item2) == ready;
        });
        return running;
    }
}
