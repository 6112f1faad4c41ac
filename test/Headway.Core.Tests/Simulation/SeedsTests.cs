using Headway.Simulation.Runs;
using Xunit;

namespace Headway.Core.Tests.Simulation;

public sealed class SeedsTests(ITestOutputHelper output)
{
    private static readonly bool Soak = Environment.GetEnvironmentVariable("HEADWAY_SOAK") == "1";

    [Fact]
    public void Every_rule_holds_whatever_goes_wrong()
    {
        var (seed, rollouts, turns) = (0, 0, 0L);
        var ends = new SortedDictionary<string, int>();
        var broken = new SortedDictionary<string, (int Count, string First)>();
        for (; rollouts < (Soak ? 500_000 : 20_000); seed++)
        {
            var outcome = Simulator.Run(seed, SimulationOptions.Default);
            (rollouts, turns) = (rollouts + outcome.Rollouts, turns + outcome.Turns);
            foreach (var end in outcome.Ends)
                ends[$"{end.Strategy} {end.End}"] = ends.GetValueOrDefault($"{end.Strategy} {end.End}") + 1;
            if (outcome.Rule is not { } rule) continue;
            var before = broken.GetValueOrDefault(rule, (0, $"`{outcome.Replay}`: {outcome.Broken}"));
            broken[rule] = (before.Item1 + 1, before.Item2);
        }
        output.WriteLine($"{seed} seeds, {rollouts} rollouts, {turns} turns.");
        foreach (var (end, count) in ends) output.WriteLine($"{count,7} {end}");
        Assert.True(broken.Count == 0,
            string.Join("\n", broken.Select(b => $"{b.Key} does not hold in {b.Value.Count} seeds, first {b.Value.First}")));
        // Every way to end was met, so that the rules were asked about each of them.
        foreach (var strategy in new[] { "canary", "blue-green", "rolling", "direct", "rollback", "first release",
            "shadow, canary", "shadow" })
            Assert.True(ends.ContainsKey($"{strategy} Completed") && ends.ContainsKey($"{strategy} RolledBack"), strategy);
        Assert.Contains("first release PastReturn", ends.Keys);
        Assert.Contains("canary RollbackFailed", ends.Keys);
    }

    [Fact]
    public void A_seed_replays_exactly()
    {
        var options = SimulationOptions.Default with { Tell = true };
        for (var seed = 0; seed < 50; seed++)
            Assert.Equal(Simulator.Run(seed, options).Story, Simulator.Run(seed, options).Story);
    }
}
