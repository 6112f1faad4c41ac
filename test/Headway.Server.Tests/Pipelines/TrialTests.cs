using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Xunit;

namespace Headway.Server.Tests.Pipelines;

/// <summary>Runs that try a release where it is out.</summary>
public sealed class TrialTests
{
    private static readonly JobSpec Soak = new("soak", "true", null, [], null, TimeSpan.FromMinutes(5), Network: true);

    [Fact]
    public async Task What_is_out_is_tried_and_trials_of_other_releases_give_way_in_both_directions()
    {
        using var repository = JobsOf.Repository("  work: { artifact: headway.yaml, run: \"true\" }");
        await using var server = await PipelineServer.StartAsync();
        var runner = server.Runner();
        var first = (await server.EndedAsync(repository)).Release!;
        repository.Write("other.txt", "x").Commit("Second");
        var second = (await server.EndedAsync("shop-2")).Release!;
        await runner.CancelAsync();

        Assert.True((await TryAsync(server, first)).IsOpen);
        Assert.True((await TryAsync(server, second)).IsOpen);
        Assert.Equal(RunOutcome.Superseded, server.Runs.Find("shop-1-staging")!.Outcome);

        // The second was taken back: what its trial would say now is said of the first.
        Assert.True((await TryAsync(server, first)).IsOpen);
        Assert.Equal(RunOutcome.Superseded, server.Runs.Find("shop-2-staging")!.Outcome);
        server.Runner("r2");
        Assert.Equal(RunOutcome.Succeeded, (await server.EndedAsync("shop-1-staging")).Outcome);
        Assert.False((await TryAsync(server, first)).IsOpen);
    }

    private static Task<RunState> TryAsync(PipelineServer server, Release release)
    {
        var trigger = new RunTrigger(TriggerKind.Verify, "main") { Verifies = new(release.Id, "staging", "http://127.0.0.1:1") };
        return server.Runs.VerifyAsync(release, release.Spec with { Jobs = [Soak] }, trigger, default);
    }
}
