using Headway.Core.Evidence;
using Headway.Node.Gateway.Routing;

namespace Headway.Node.Gateway.Counting;

/// <summary>Makes batches of all lanes, numbered through the life of this process.</summary>
internal sealed class EvidenceMaker(string node, string boot, TickClock clock, int mostClients)
{
    private long sequence;

    public LaneEvidence For(string lane) => new(clock, mostClients);

    /// <summary>Batches that are due. One caller at a time.</summary>
    public List<EvidenceBatch> Close(IEnumerable<Lane> lanes, bool isEnd)
    {
        var batches = new List<EvidenceBatch>();
        var now = clock.Now;
        foreach (var lane in lanes)
        {
            lane.Evidence.Follow(lane.Route?.Stage, now);
            batches.AddRange(lane.Evidence.Close(now, isEnd, (tick, stable, candidate) => new(
                node, boot, ++sequence, lane.Name, tick.Stage.Version, clock.SecondOf(tick.Number),
                stable, candidate)));
        }
        return batches;
    }
}
