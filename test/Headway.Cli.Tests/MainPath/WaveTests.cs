using Headway.Core.Waiting;
using Headway.Server.Rollouts;
using Headway.Server.Status;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Regions in waves, with real processes.</summary>
public sealed class WaveTests
{
    private const string Regions =
        """
          eu: { listen: {0} }
          us: { after: [eu], promote: by hand }
          asia: { after: [eu] }
          production: { listen: {1}, after: [us, asia] }
        """;

    [Fact]
    public async Task A_wave_comes_when_a_release_is_out_in_all_regions_before_it_and_goes_on_where_it_stopped()
    {
        using var greeter = new Greeter(Regions);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        await OutAsync(headway, 1, "eu", "asia");
        await headway.UntilAsync("the last wave waits for the region", async () => (await LaneAsync(headway, "production")).Wait is
            { Kind: WaitKind.Environment } wait && wait.Says.EndsWith("is not out in us yet.", StringComparison.Ordinal));
        Assert.Null((await LaneAsync(headway, "production")).State.Current);
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("promote", "greeter", "--environment", "us")).ExitCode);
        await OutAsync(headway, 1, "us", "production");

        // A region turns it away: the wave after it does not come, and says why.
        greeter.Commit(2);
        await OutAsync(headway, 2, "eu", "asia");
        await headway.UntilAsync("us waits", async () => (await LaneAsync(headway, "us")).Wait.Kind is WaitKind.Person);
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("reject", "greeter", "--environment", "us", "--reason", "not on a Friday")).ExitCode);
        await headway.UntilAsync("the last wave says what stopped it", async () => (await LaneAsync(headway, "production")).Wait is
            { Kind: WaitKind.Environment } wait && wait.Says.Contains("not on a Friday") && wait.Unblocks!.Contains("headway resume greeter --environment us"));
        Assert.StartsWith("greeter-1-", (await LaneAsync(headway, "production")).State.Current);

        // It goes on where it stopped: regions that have it are not asked again.
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("resume", "greeter", "--environment", "us", "--reason", "It is Monday")).ExitCode);
        await OutAsync(headway, 2, "us", "production");
        var rollouts = await headway.Api.GetAsync<RolloutView[]>("api/v1/rollouts?limit=50", default);
        Assert.Equal([2, 2, 2, 2], new[] { "eu", "us", "asia", "production" }.Select(each => rollouts.Count(view => view.State.Environment == each)));
        (await headway.StopAsync()).HoldsTogether();
    }

    [Fact]
    public async Task What_waits_for_an_environment_that_comes_later_is_no_order()
    {
        using var folder = new Folder();
        folder.Write("headway.yaml", "service: shop\nrun: { command: ./serve }\nrelease:\n  eu: { after: [us] }\n  us: { after: [eo] }\n");
        var ran = await RunningProgram.CommandAsync("validate", Path.Combine(folder.Path, "headway.yaml"));
        Assert.NotEqual(ExitCode.Ok, ran.ExitCode);
        Assert.Contains("`after` of `eu` names `us`, which is no environment that is written before it", ran.Out + ran.Error);
        Assert.Contains("Did you mean `eu`?", ran.Out + ran.Error);
    }

    private static async Task<LaneView> LaneAsync(RunningHeadway headway, string environment) =>
        (await headway.Api.GetAsync<StatusView>("api/v1/status", default)).Services.SelectMany(service => service.Lanes)
            .FirstOrDefault(lane => lane.Environment == environment) ?? throw new InvalidOperationException($"There is no lane of {environment} yet.");

    private static async Task OutAsync(RunningHeadway headway, int version, params string[] environments)
    {
        foreach (var environment in environments)
            await headway.UntilAsync($"version {version} is out in {environment}", async () =>
                (await headway.Api.GetAsync<StatusView>("api/v1/status", default)).Services.SelectMany(service => service.Lanes)
                    .Any(lane => lane.Environment == environment && lane.State is { Open: null, Current: { } current }
                        && current.StartsWith($"greeter-{version}-", StringComparison.Ordinal)));
    }
}
