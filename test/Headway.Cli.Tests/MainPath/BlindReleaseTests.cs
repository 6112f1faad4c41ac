using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>
/// A release that nobody can see, with real processes all the way: instances send OTLP where Headway told them to, and a
/// candidate that stays silent, or forgets its release id, waits although users are served well.
/// </summary>
public sealed class BlindReleaseTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_release_without_the_telemetry_that_the_one_before_sent_waits_and_why_says_so()
    {
        using var greeter = new Greeter(Scenes.Canary);
        greeter.Commit(1, tells: "all");
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (first, visitors) = await Scenes.FirstReleaseAsync(headway, greeter);
        await using var leaving = visitors;
        await headway.UntilAsync("the first release is heard in production", async () =>
        {
            var coverage = (await headway.CommandAsync("telemetry", "coverage", "--json")).Json();
            return coverage.GetProperty("lanes").EnumerateArray().Any(lane =>
                lane.GetProperty("environment").GetString() == "production" && lane.GetProperty("metrics").GetBoolean()
                && lane.GetProperty("traces").GetBoolean() && lane.GetProperty("logs").GetBoolean());
        });

        greeter.Commit(2);
        await WhySaysAsync(headway, "no metrics, traces or logs have come with service.name=greeter");
        await WhySaysAsync(headway, "telemetry: no metrics", ofKind: "NoEvidence");

        greeter.Commit(3, tells: "nameless");
        await WhySaysAsync(headway, "comes without `headway.release.id`");
        var nameless = await headway.RolloutAsync(3, "is known", _ => true);
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync(
            "rollouts", "abort", nameless.Id, "--reason", "Nobody can see it.")).ExitCode);

        greeter.Commit(4, tells: "all");
        await headway.UntilAsync("the fourth release is seen", async () =>
            (await headway.ProductionAsync())?.Verdict?.Signals.Any(signal => signal is
                { Name: "telemetry", Kind: VerdictKind.Promote, Candidate.Looks: > 0 }) == true, Limit);
        var seen = await headway.RolloutAsync(4, "is known", _ => true);
        Assert.Null(seen.Cause);
        var held = await headway.RolloutAsync(2, "is known", _ => true);
        Assert.Equal(RollbackCause.Superseded, held.Cause);
        Assert.DoesNotContain(held.History, step => step.Proof == PassedBy.Promote);
        await visitors.LeaveAsync();
        Assert.True(visitors.AllFailed == 0, visitors.ToString());
    }

    private async Task WhySaysAsync(RunningHeadway headway, string what, string? ofKind = null)
    {
        Ran why = new(0, "", "");
        await headway.UntilAsync($"`headway why` says {what}", async () =>
        {
            why = await headway.CommandAsync("why", Greeter.Name, "--json");
            return why.Out.Contains(what, StringComparison.Ordinal)
                && (ofKind is null || why.Out.Contains($"\"{ofKind}\"", StringComparison.Ordinal));
        }, Limit);
        output.WriteLine(why.Out);
    }
}
