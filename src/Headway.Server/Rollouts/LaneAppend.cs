using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Rollouts;
using Headway.Server.Storage;

namespace Headway.Server.Rollouts;

/// <summary>
/// Appends what was decided, and only then changes what the lane remembers. Lane and rollout are written in one
/// transaction, both with their expected versions, so that a lane never has two open rollouts.
/// </summary>
internal static class LaneAppend
{
    public static async Task RolloutAsync(
        LaneWorld world, LaneMemory memory, ImmutableArray<RolloutEvent> events, string actor, CancellationToken stop)
    {
        var (lane, open) = (memory.State!, memory.Open!);
        var followed = LaneDecider.Follow(open, events);
        var writes = ImmutableArray.Create(EventStreams.Write(LaneStreams.Rollout(open.Id), open.Version, actor, events));
        if (!followed.IsEmpty)
            writes = writes.Add(EventStreams.Write(LaneStreams.Lane(memory.Lane), lane.Version, actor, followed));
        Remember(world, memory, await world.Store.AppendAsync(writes, stop));
        if (memory.Open is { IsOpen: false }) (memory.Open, memory.Judge) = (null, null);
    }

    public static async Task LaneAsync(
        LaneWorld world, LaneMemory memory, LaneEvent happened, string actor, CancellationToken stop) =>
        Remember(world, memory, await world.Store.AppendAsync(
            [EventStreams.Write(LaneStreams.Lane(memory.Lane), memory.State!.Version, actor, ImmutableArray.Create(happened))], stop));

    public static async Task OpenAsync(
        LaneWorld world, LaneMemory memory, RolloutEvent.Started started, CancellationToken stop) =>
        Remember(world, memory, await world.Store.AppendAsync(
            [
                EventStreams.Write(LaneStreams.Lane(memory.Lane), memory.State!.Version, LaneTurn.System,
                    ImmutableArray.Create<LaneEvent>(new LaneEvent.RolloutOpened(started.Rollout, started.Stable, started.Candidate))),
                EventStreams.Write(LaneStreams.Rollout(started.Rollout), 0, LaneTurn.System,
                    ImmutableArray.Create<RolloutEvent>(started)),
            ], stop));

    private static void Remember(LaneWorld world, LaneMemory memory, ImmutableArray<StoredEvent> stored)
    {
        foreach (var one in stored)
            if (one.Stream.StartsWith("rollout/", StringComparison.Ordinal))
                memory.Open = RolloutEvolution.Evolve(
                    memory.Open, EventTypes.Known.Recorded<RolloutEvent>(one));
            else
                memory.State = LaneEvolution.Evolve(memory.State!, EventTypes.Known.Recorded<LaneEvent>(one));
        world.Reader.Poke();
    }
}
