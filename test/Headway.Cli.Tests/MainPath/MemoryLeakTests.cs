using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>
/// A release that answers every request and eats memory, with real processes all the way: nodes measure, the server
/// compares. The service has two instances and replaces one first.
/// </summary>
public sealed class MemoryLeakTests(ITestOutputHelper output)
{
    private const string Rolling = "  production: { listen: {1}, instances: 2, rolling: true }";

    private const string Memory =
        """
        evidence:
          memory: { instances: memory, every: 1s }
        """;

    /// <summary>An instance is a minute old before its memory counts.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task A_release_is_taken_back_on_a_memory_leak_alone_and_one_without_it_is_not()
    {
        using var greeter = new Greeter(Rolling, Memory);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (first, visitors) = await Scenes.FirstReleaseAsync(headway, greeter);
        await using var leaving = visitors;

        greeter.Commit(2, leak: 100_000);
        var leaking = await headway.EndedLateAsync(2, Limit);
        output.WriteLine($"{leaking.CauseSays} {(leaking.EndedAt - leaking.StartedAt)!.Value.TotalSeconds:0} s");
        Assert.Equal((RolloutEnd.RolledBack, RollbackCause.ProvenWorse), (leaking.End, leaking.Cause));
        Assert.StartsWith("memory:", leaking.CauseSays, StringComparison.Ordinal);
        Assert.Equal(first.Candidate, (await headway.ProductionAsync())!.State.Current);
        Assert.True(visitors.Served(leaking.Candidate) > 0);

        greeter.Commit(3);
        // It may be proven sound, and be out, before there are so many looks.
        await headway.UntilAsync("the memory of the sound release has been compared", async () => await IsOutAsync(headway) ||
            (await headway.ProductionAsync())?.Verdict?.Signals.Any(signal => signal is
                { Name: "memory", Kind: not VerdictKind.Rollback, Candidate.Looks: >= 30 }) == true, Limit);
        var isProven = await IsOutAsync(headway);
        if (!isProven) await headway.PromoteAsync(3);
        var sound = await headway.EndedLateAsync(3, Limit);
        output.WriteLine($"{sound.EndSays} {(sound.EndedAt - sound.StartedAt)!.Value.TotalSeconds:0} s; {visitors}");
        Assert.Equal(RolloutEnd.Completed, sound.End);
        if (isProven) Assert.Contains(sound.LastVerdict!.Signals, signal => signal is { Name: "memory", Kind: not VerdictKind.Rollback, Candidate.Looks: > 0 });
        await visitors.LeaveAsync();
        (await headway.StopAsync()).HoldsTogether();
    }

    private static async Task<bool> IsOutAsync(RunningHeadway headway) =>
        (await headway.ProductionAsync())?.State is { Open: null, Current: { } current } && current.StartsWith("greeter-3-", StringComparison.Ordinal);
}
