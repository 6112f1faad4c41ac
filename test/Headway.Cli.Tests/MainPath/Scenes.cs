using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>How the tests of the main path begin.</summary>
internal static class Scenes
{
    public const string Canary =
        """
          staging: { listen: {0}, checks: [ ./check.pl ] }
          production: { listen: {1}, canary: [50%], holdBack: 3s }
        """;

    public static bool IsSoak => Environment.GetEnvironmentVariable("HEADWAY_SOAK") == "1";

    /// <summary>The first version is out, and users have come long enough to compare the next one with.</summary>
    public static async Task<(RolloutState First, Visitors Visitors)> FirstReleaseAsync(
        RunningHeadway headway, Greeter greeter, bool alsoSlow = false, string path = "/")
    {
        var first = await headway.EndedAsync(1);
        Assert.Equal(RolloutEnd.Completed, first.End);
        var visitors = new Visitors(greeter.Address, alsoSlow, path);
        await headway.UntilAsync("users have come", () => visitors.Served(first.Candidate) >= 1000);
        return (first, visitors);
    }

    public static bool IsWatched(this RolloutState rollout) =>
        rollout.CurrentStep is Step.Watch { For: WatchFor.Users };

    /// <summary>Passes every watch on a person's word, so that a test need not wait for the judge's minutes.</summary>
    public static async Task PromoteAsync(this RunningHeadway headway, int version, bool serverMayBeAway = false)
    {
        for (var step = -1; ;)
        {
            var rollout = await headway.RolloutAsync(
                version, "waits for a person or is through",
                each => (each.IsWatched() && each.Step > step) || each.Promoted || !each.IsOpen);
            if (rollout.Promoted || !rollout.IsOpen) return;
            var ran = await headway.CommandAsync("rollouts", "promote", rollout.Id, "--reason", "looks good", "--json");
            // An answer that got lost may have been obeyed; the next one is then refused.
            if (serverMayBeAway && ran.ExitCode is (ExitCode.NoServer or ExitCode.Refused)) continue;
            Assert.True(ran.ExitCode == ExitCode.Ok, ran.Error);
            step = rollout.Step;
            Assert.Equal(rollout.Id, ran.Json().GetProperty("state").GetProperty("id").GetString());
        }
    }
}
