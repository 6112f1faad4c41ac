using System.Collections.Concurrent;
using Headway.Core.Evidence;

namespace Headway.Node.Gateway.Counting;

/// <summary>Makes batches of all lanes, numbered through the life of this process.</summary>
internal sealed class EvidenceMaker(string node, string boot, TickClock clock, int mostClients)
{
    private readonly ConcurrentDictionary<string, LaneEvidence> lanes = new();
    private long sequence;

    /// <summary>The evidence of a lane; a lane that comes back finds its clients again.</summary>
    public LaneEvidence For(string lane) => lanes.GetOrAdd(lane, _ => new(clock, mostClients));

    /// <summary>Batches that are due. One caller at a time.</summary>
    public List<EvidenceBatch> Close(bool isEnd)
    {
        var batches = new List<EvidenceBatch>();
        var now = clock.Now;
        foreach (var (lane, evidence) in lanes.OrderBy(lane => lane.Key, StringComparer.Ordinal))
            batches.AddRange(evidence.Close(now, isEnd, (tick, stable, candidate) => new(
                node, boot, ++sequence, lane, tick.Stage.Version, clock.SecondOf(tick.Number), stable, candidate)));
        return batches;
    }
}
