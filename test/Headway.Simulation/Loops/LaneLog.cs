using Headway.Core.Environments;
using Headway.Core.Rollouts;

namespace Headway.Simulation.Loops;

/// <summary>The store of one lane: its stream and those of its rollouts, with positions over all of them.</summary>
internal sealed class LaneLog
{
    private long _position;

    public List<Recorded<LaneEvent>> Lane { get; } = [];
    public Dictionary<string, List<Recorded<RolloutEvent>>> Rollouts { get; } = [];

    /// <summary>Appends to both streams at once, as the real store does in one transaction.</summary>
    public (List<Recorded<LaneEvent>> Lane, List<Recorded<RolloutEvent>> Rollout) Append(
        DateTimeOffset at, string actor, IEnumerable<LaneEvent> lane, string? rollout, IEnumerable<RolloutEvent> events)
    {
        var ofRollout = new List<Recorded<RolloutEvent>>();
        foreach (var e in events)
        {
            if (!Rollouts.TryGetValue(rollout!, out var stream)) Rollouts[rollout!] = stream = [];
            stream.Add(new(e, ++_position, stream.Count + 1, at, actor));
            ofRollout.Add(stream[^1]);
        }
        var ofLane = new List<Recorded<LaneEvent>>();
        foreach (var e in lane)
        {
            Lane.Add(new(e, ++_position, Lane.Count + 1, at, actor));
            ofLane.Add(Lane[^1]);
        }
        return (ofLane, ofRollout);
    }
}
