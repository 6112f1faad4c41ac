using Headway.Core.Rollouts;
using Headway.Core.Waiting;
using Headway.Server.Rollouts;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Configuration goes out, and comes back, as releases do; with real processes and users.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public async Task A_bad_value_is_tried_on_some_users_and_taken_back_by_itself_and_a_good_one_stays()
    {
        using var greeter = new Greeter(Scenes.Canary);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (first, visitors) = await Scenes.FirstReleaseAsync(headway, greeter);
        await using var leaving = visitors;

        var set = await headway.CommandAsync("config", "set", "greeter", "BREAKS=0.5", "--environment", "production", "--reason", "Try it");
        Assert.True(set.ExitCode == ExitCode.Ok, set.Error);
        Assert.Contains("production: c1", set.Out);
        var bad = await ConfiguredAsync(headway, 1);
        Assert.Equal((RolloutEnd.RolledBack, $"{first.Candidate}.c1", first.Candidate), (bad.End, bad.Candidate, bad.Stable));
        Assert.True(bad.Cause is RollbackCause.ProvenWorse or RollbackCause.BudgetSpent, bad.CauseSays);
        await headway.UntilAsync("users are told of the bad value no more", visitors.NoMoreOf(bad.Candidate));
        Assert.InRange(visitors.Failed(bad.Candidate), 1, 30);
        Assert.Contains($"{bad.Candidate}", (await headway.CommandAsync("why", "greeter")).Out);

        // Another value is another release. Staging has none of it and is left alone.
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("config", "set", "greeter", "BREAKS=0", "COLOR=green and \"blue\"", "--environment", "production")).ExitCode);
        await PromoteAsync(headway, 2);
        var good = await ConfiguredAsync(headway, 2);
        Assert.Equal(RolloutEnd.Completed, good.End);
        await headway.UntilAsync("everybody has the good value", visitors.NoMoreOf(first.Candidate));
        var explained = await headway.CommandAsync("config", "explain", "greeter", "COLOR");
        Assert.Contains("production: green and \"blue\"    from config/greeter/production.yaml", explained.Out);
        Assert.Contains("staging: it is not set", explained.Out);
        var staging = (await headway.Api.GetAsync<RolloutView[]>("api/v1/rollouts?environment=staging", default));
        Assert.Single(staging);
        var diff = await headway.CommandAsync("diff", "greeter", "--environment", "staging", "--against", "production");
        Assert.Equal(ExitCode.No, diff.ExitCode);
        Assert.Contains("env BREAKS\n  + 0", diff.Out);

        // A rollback brings back the release with the configuration that it had.
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("rollback", "greeter", "--reason", "Back to how it was")).ExitCode);
        await headway.UntilAsync("the first is out again", async () => (await headway.ProductionAsync())!.State is { Open: null } state && state.Current == first.Candidate);
        Assert.True(visitors.AllFailed == visitors.Failed(bad.Candidate), visitors.ToString());
        var record = await headway.StopAsync();
        record.HoldsTogether();
        Assert.Equal(2, record.Stored.Count(each => each.Type == "config.changed"));
    }

    [Fact]
    public async Task What_staging_has_and_production_lacks_is_found_before_the_deploy()
    {
        using var greeter = new Greeter("  staging: { listen: {0}, env: { PAYMENTS: sandbox } }\n  production: { listen: {1} }");
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        await headway.UntilAsync("production waits for the key", async () => (await headway.ProductionAsync())?.Wait is
            { Kind: WaitKind.Configuration } wait && wait.Says.Contains("staging sets PAYMENTS, and production does not: greeter-1-"));
        Assert.Contains("missing: PAYMENTS", (await headway.CommandAsync("config", "list", "greeter")).Out);
        foreach (var wrong in new[] { "PORT=1", "1A=b", "A-B=c" })
            Assert.NotEqual(ExitCode.Ok, (await headway.CommandAsync("config", "set", "greeter", wrong)).ExitCode);
        Assert.Equal(ExitCode.NotFound, (await headway.CommandAsync("config", "set", "greeter", "A=b", "--environment", "moon")).ExitCode);
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("config", "set", "greeter", "PAYMENTS=live", "--environment", "production")).ExitCode);
        var ended = await headway.EndedAsync(1);
        Assert.Equal(RolloutEnd.Completed, ended.End);
        Assert.EndsWith(".c1", ended.Candidate);

        // In every environment at once: each carries it, one after the other.
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("config", "set", "greeter", "COLOR=green")).ExitCode);
        Assert.Equal(RolloutEnd.Completed, (await ConfiguredAsync(headway, 2, "staging")).End);
        Assert.Equal(RolloutEnd.Completed, (await ConfiguredAsync(headway, 2)).End);
        greeter.Commit(2);
        Assert.EndsWith(".c2", (await headway.EndedAsync(2)).Candidate);
        (await headway.StopAsync()).HoldsTogether();
    }

    private static async Task<RolloutState> ConfiguredAsync(RunningHeadway headway, int revision, string environment = "production")
    {
        RolloutState? found = null;
        await headway.UntilAsync($"c{revision} ends in {environment}", async () => (found = await FindAsync(headway, revision, environment)) is { End: not null },
            TimeSpan.FromMinutes(3));
        return found!;
    }

    private static async Task<RolloutState?> FindAsync(RunningHeadway headway, int revision, string environment = "production") =>
        (await headway.Api.GetAsync<RolloutView[]>($"api/v1/rollouts?environment={environment}", default)).Select(view => view.State)
            .FirstOrDefault(state => state.Candidate.EndsWith($".c{revision}", StringComparison.Ordinal));

    /// <summary>Passes each watch on a person's word, so that the test need not wait for the judge's minutes.</summary>
    private static async Task PromoteAsync(RunningHeadway headway, int revision)
    {
        for (var step = -1; ;)
        {
            RolloutState? rollout = null;
            await headway.UntilAsync($"c{revision} waits for a person or is through", async () => (rollout = await FindAsync(headway, revision)) is not null
                && ((rollout.IsWatched() && rollout.Step > step) || rollout.Promoted || !rollout.IsOpen));
            if (rollout!.Promoted || !rollout.IsOpen) return;
            Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("rollouts", "promote", rollout.Id, "--reason", "looks good")).ExitCode);
            step = rollout.Step;
        }
    }
}
