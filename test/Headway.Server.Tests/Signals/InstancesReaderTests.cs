using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Server.Signals;
using Headway.Targets.Nodes;
using Xunit;

namespace Headway.Server.Tests.Signals;

/// <summary>What of a node's report counts as a reading.</summary>
public sealed class InstancesReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(InstanceMeasure.Memory, 60)]
    [InlineData(InstanceMeasure.Cpu, 120)]
    [InlineData(InstanceMeasure.Restarts, 0)]
    public void An_instance_counts_from_a_certain_age_on(InstanceMeasure measure, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), InstanceMeasures.WarmUp(measure));

    [Fact]
    public void Young_instances_are_seen_and_show_nothing_and_those_that_are_not_ready_are_not_seen()
    {
        Assert.Equal([7], Read(Seen(90, 7), Seen(30, 9), Seen(90, 8, "starting"))!.Values);
        Assert.Empty(Read(Seen(30, 9))!.Values);
        Assert.Null(Read(Seen(90, 8, "starting")));
    }

    private static SideReading? Read(params InstanceSeen[] instances)
    {
        var board = new NodeBoard(TimeProvider.System, 1, (_, _) => Task.CompletedTask);
        board.Reported(new("n1", "b", Now, 1, 1, [new("shop/production", "r2", default!, [.. instances], null)], [], [], []));
        return InstancesReader.Side(board, "shop/production", "r2", InstanceMeasure.Memory, Now);
    }

    private static InstanceSeen Seen(int age, long memory, string state = "ready") =>
        new($"i{age}{state}", 1, 1, state, Now.AddSeconds(-age), 0, 0, memory, 0, null);
}
