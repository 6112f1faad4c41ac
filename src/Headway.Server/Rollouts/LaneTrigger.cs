using Headway.Core.Environments;
using Headway.Core.Evidence;
using Headway.Core.Rollouts;

namespace Headway.Server.Rollouts;

/// <summary>What can wake a lane. `Turn(lane, trigger)` is the only way into a rollout.</summary>
public abstract record LaneTrigger
{
    private LaneTrigger() { }

    /// <summary>Time, a node's report, or the record: look again.</summary>
    public sealed record Wake : LaneTrigger;

    /// <summary>Evidence that the store has kept.</summary>
    public sealed record Evidence(EvidenceBatch Batch) : LaneTrigger;

    /// <summary>A look at a signal that the store has kept.</summary>
    public sealed record Sample(SignalSample Look) : LaneTrigger;

    /// <summary>What is wanted here stands in the state repo.</summary>
    public sealed record Written(string? Release, string Commit, string Says) : LaneTrigger;

    /// <summary>A person's word about the open rollout; answered with a refusal or null.</summary>
    public sealed record Command(RolloutCommand Asks, string Actor, TaskCompletionSource<Refusal?> Answer) : LaneTrigger;

    /// <summary>A person's word about the lane itself.</summary>
    public sealed record LaneCommand(
        Func<LaneState, (LaneEvent? Event, Refusal? Refusal)> Asks, string Actor, TaskCompletionSource<Refusal?> Answer)
        : LaneTrigger;
}
