using Headway.Core.Rollouts;
using Headway.Core.Waiting;
using Headway.Server.Status;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Somebody changes files of what runs, on the node, behind everybody's back.</summary>
public sealed class DriftTests
{
    [Fact]
    public async Task Changed_files_are_found_and_put_back_by_themselves_or_when_somebody_asks()
    {
        using var greeter = new Greeter("  production: { listen: {1}, heal: ask }");
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (first, visitors) = await Scenes.FirstReleaseAsync(headway, greeter);
        await using var leaving = visitors;
        Assert.Contains("runs as it was released", (await headway.CommandAsync("drift")).Out);

        var before = (await headway.ProductionAsync())!.Instances.Single().Instance.Id;
        var file = await TamperAsync(headway);
        await headway.UntilAsync("the change is found", async () => (await headway.CommandAsync("drift")) is { ExitCode: ExitCode.No } drift
            && drift.Out.Contains("local: changed greeter.pl") && drift.Out.Contains("heal: ask"), TimeSpan.FromMinutes(2));
        Assert.Contains("What runs is not greeter-1-", (await headway.CommandAsync("why", "greeter")).Out);
        Assert.Equal(before, (await headway.ProductionAsync())!.Instances.Single().Instance.Id);
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("drift", "heal", "greeter", "--reason", "Who was that?")).ExitCode);
        await RestoredAsync(headway, file, before);

        // By itself, where the file says nothing else.
        greeter.Release = $"  production: {{ listen: {greeter.Address.Port} }}";
        greeter.Commit(2);
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(2)).End);
        before = (await headway.ProductionAsync())!.Instances.Single(each => each.Release.StartsWith("greeter-2-", StringComparison.Ordinal)).Instance.Id;
        file = await TamperAsync(headway);
        await RestoredAsync(headway, file, before);
        Assert.True(visitors.AllFailed == 0, visitors.ToString());
        Assert.Equal(ExitCode.Refused, (await headway.CommandAsync("drift", "heal", "greeter")).ExitCode);
        var record = await headway.StopAsync();
        record.HoldsTogether();
        Assert.Equal(["drift.found", "drift.healBegun", "drift.ended", "drift.found", "drift.healBegun", "drift.ended"],
            record.Stored.Where(each => each.Stream == "drift/greeter/production").Select(each => each.Type));
    }

    /// <summary>The program goes on with what it has read; whatever starts from now on would run this.</summary>
    private static async Task<string> TamperAsync(RunningHeadway headway)
    {
        var current = (await headway.ProductionAsync())!.State.Current!.Split('-')[1];
        var file = Directory.GetFiles(headway.Data, "greeter.pl", SearchOption.AllDirectories)
            .Single(path => path.Contains("artifacts/sha256-", StringComparison.Ordinal) && File.ReadAllText(path).Contains($"= ({current}, ", StringComparison.Ordinal));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await File.AppendAllTextAsync(file, "# somebody was here\n");
        return file;
    }

    private static Task RestoredAsync(RunningHeadway headway, string file, string before) => headway.UntilAsync("what was released is back, and runs", async () =>
        File.Exists(file) && !(await File.ReadAllTextAsync(file)).Contains("somebody was here")
            && (await headway.ProductionAsync())!.Instances is [{ Instance: { State: "ready", Id: var now } }] && now != before
            && (await headway.CommandAsync("drift")).ExitCode == ExitCode.Ok, TimeSpan.FromMinutes(2));
}
