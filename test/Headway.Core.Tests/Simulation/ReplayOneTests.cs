using Headway.Simulation.Runs;
using Xunit;

namespace Headway.Core.Tests.Simulation;

public sealed class ReplayOneTests
{
    [Fact]
    public void Seed()
    {
        if (Environment.GetEnvironmentVariable("HEADWAY_SEED") is not { } seed) return;
        var outcome = Simulator.Run(int.Parse(seed), SimulationOptions.Default with { Tell = true });
        foreach (var line in outcome.Story) TestContext.Current.TestOutputHelper!.WriteLine($"{line.At} {line.Kind} {line.Says}");
        Assert.Null(outcome.Broken);
    }
}
