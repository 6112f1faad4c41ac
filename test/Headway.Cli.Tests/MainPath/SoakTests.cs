using Headway.Core.Rollouts;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Release after release, good and bad, while the server dies at random moments.</summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Rollouts = 30;

    [Fact]
    public async Task Thirty_releases_end_as_they_deserve_however_often_the_server_dies()
    {
        if (!Scenes.IsSoak) Assert.Skip("It takes about ten minutes; HEADWAY_SOAK=1 runs it.");
        var seed = int.TryParse(Environment.GetEnvironmentVariable("HEADWAY_SEED"), out var given)
            ? given : Random.Shared.Next();
        output.WriteLine($"HEADWAY_SEED={seed}");
        var random = new Random(seed);
        using var greeter = new Greeter(Scenes.Canary);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (first, visitors) = await Scenes.FirstReleaseAsync(headway, greeter);
        await using var leaving = visitors;

        var (current, badFailed) = (first.Candidate, 0);
        for (var version = 2; version <= Rollouts + 1; version++)
        {
            var isBad = random.Next(2) == 0;
            greeter.Commit(version, isBad ? 0.5 : 0);
            var after = TimeSpan.FromMilliseconds(random.Next(15_000));
            var killing = KillServerAsync(headway, after);
            if (!isBad) await headway.PromoteAsync(version, serverMayBeAway: true);
            var ended = await headway.EndedAsync(version);
            await killing;
            await headway.UntilAsync("the server knows its lanes", async () =>
                await headway.ProductionAsync() is not null);
            var failed = visitors.Failed(ended.Candidate);
            output.WriteLine($"{version}: {ended.End} {ended.Cause}, "
                + $"killed after {after.TotalSeconds:0.0} s, failed {failed}");
            Assert.True(ended.End == (isBad ? RolloutEnd.RolledBack : RolloutEnd.Completed),
                $"{(isBad ? "Bad" : "Good")} version {version}: {ended.End}, {ended.CauseSays}");
            if (isBad) badFailed += failed;
            else current = ended.Candidate;
            Assert.Equal(current, (await headway.ProductionAsync())!.State.Current);
        }
        await visitors.LeaveAsync();
        output.WriteLine($"{visitors.All} requests, {visitors.AllFailed} failed, all of bad releases: {badFailed}");
        Assert.True(visitors.AllFailed == badFailed, visitors.ToString());
        (await headway.StopAsync()).HoldsTogether();
    }

    private static async Task KillServerAsync(RunningHeadway headway, TimeSpan after)
    {
        await Task.Delay(after);
        await headway.KillAsync("server");
        await headway.StartServerAsync();
    }
}
