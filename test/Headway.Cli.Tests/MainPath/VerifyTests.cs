using Headway.Core.Waiting;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>A long test beside staging, with real processes: only production waits for it.</summary>
public sealed class VerifyTests
{
    /// <summary>The second version is one that the long test finds out about.</summary>
    private const string Verified =
        """
          staging:
            listen: {0}
            checks: [ ./check.pl ]
            verify:
              soak: { run: "test $HEADWAY_ENVIRONMENT = staging && ./check.pl && ! grep -q '= (2,' greeter.pl" }
          production: { listen: {1} }
        """;

    [Fact]
    public async Task A_release_that_fails_its_long_test_stays_in_staging_and_the_next_one_goes_on()
    {
        using var greeter = new Greeter(Verified);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        await headway.EndedAsync(1);

        greeter.Commit(2);
        await headway.RolloutAsync(2, "ends in staging", each => each.End is not null, "staging");
        await headway.UntilAsync("production waits for the long test, which failed", async () =>
            (await headway.ProductionAsync())?.Wait is { Kind: WaitKind.Gate } wait
            && wait.Says.Contains("did not pass") && wait.Unblocks!.Contains("headway runs restart"));

        greeter.Commit(3);
        var third = await headway.EndedAsync(3);
        var production = (await headway.ProductionAsync())!.State;
        Assert.Equal((third.Candidate, 2), (production.Current, production.Rollouts));
        (await headway.StopAsync()).HoldsTogether();
    }
}
