using Headway.Simulation.Runs;
using Xunit;

namespace Headway.Core.Tests.Simulation;

/// <summary>Checks that never fail prove nothing: every error planted on purpose is found, by a rule that is about it.</summary>
public sealed class PlantedErrorTests
{
    [Theory]
    [InlineData(PlantedError.EdgeTriggered, "rollout.ends")]
    [InlineData(PlantedError.NoFences, "fence.lower")]
    [InlineData(PlantedError.JudgeIgnored, "advance.verdict")]
    [InlineData(PlantedError.RollbackEndsEarly, "end.rolledBack")]
    [InlineData(PlantedError.StopBeforeUnexpose, "traffic.runs")]
    [InlineData(PlantedError.StaleBelieved, "step.shown")]
    [InlineData(PlantedError.HoldIgnored, "hold.kept")]
    [InlineData(PlantedError.WallClock, "watch.time")]
    public void Is_found(PlantedError planted, string rule)
    {
        var options = SimulationOptions.Default with { Planted = planted };
        var found = Enumerable.Range(0, 2_000).Select(seed => Simulator.Run(seed, options))
            .FirstOrDefault(outcome => outcome.Rule == rule);
        Assert.True(found is not null, $"{planted} was not found by {rule} in 2,000 seeds.");
    }
}
