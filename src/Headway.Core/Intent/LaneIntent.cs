using Headway.Core.Environments;

namespace Headway.Core.Intent;

/// <summary>What a lane's file in the state repo says: which release is wanted, and what is held.</summary>
/// <param name="Release">Null where nothing is wanted yet.</param>
/// <param name="Digest">`sha256:...` of the release's artifact, so that the file alone says which bytes are meant.</param>
public sealed record LaneIntent(string? Release, string? Digest, IntentHold? Hold)
{
    /// <summary>
    /// What the file should say now; null while it says it already or nobody knows yet. During a rollout it says the candidate,
    /// as it was written before: shares and steps are never intent. A way back is written when it has been gone, not before.
    /// </summary>
    public static LaneIntent? Of(LaneState lane, Func<string, string?> digestOf)
    {
        if (lane.Queued is not { Back: false } && (lane.Open is not null || lane.Queued is not null)) return null;
        var release = lane.Queued is { } queued && lane.Hold is null ? queued.Release : lane.Current;
        if (release is null && lane.Hold is null && lane.EmptiedWhy is null) return null;
        return new(release, release is null ? null : digestOf(release),
            lane.Hold is { } hold ? new(hold.Release, hold.Why) : null);
    }
}

/// <param name="Release">Null holds everything.</param>
public sealed record IntentHold(string? Release, string Why);
