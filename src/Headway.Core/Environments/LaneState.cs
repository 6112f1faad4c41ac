using System.Collections.Immutable;

namespace Headway.Core.Environments;

/// <summary>A fold of the lane's events.</summary>
/// <param name="Current">The release that users have: stable outside a rollout, also after its promotion.</param>
/// <param name="Queued">The newest release that is wanted and not yet tried.</param>
/// <param name="Newest">Number of the newest release ever wanted here: an older one never comes by itself.</param>
/// <param name="Open">The open rollout, at most one.</param>
/// <param name="Good">Releases that completed here, the newest last: where a rollback can go.</param>
public sealed record LaneState(
    string Service, string Environment, string? Current, QueuedRelease? Queued, int Newest, string? Open, Hold? Hold,
    ImmutableArray<string> Good, int Rollouts, long Version, long Position)
{
    /// <summary>What the state repo said of this lane last; null before anything was written there.</summary>
    public RecordedIntent? Recorded { get; init; }

    /// <summary>Why nothing runs here any more; null where something does, or nothing ever did.</summary>
    public string? EmptiedWhy { get; init; }

    /// <summary>Newest configuration with which the newest release was ever wanted here.</summary>
    public int NewestRevision { get; init; }

    /// <summary>By which commits releases came here: of those that a rollback can go to, and of the one that is wanted.</summary>
    public ImmutableSortedDictionary<string, RecordedIntent> Came { get; init; } = NoneCame;

    private static readonly ImmutableSortedDictionary<string, RecordedIntent> NoneCame =
        ImmutableSortedDictionary<string, RecordedIntent>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Who placed or lifted a hold last, or asked for a rollback.</summary>
    public string? HeldBy { get; init; }

    public string Lane => $"{Service}/{Environment}";

    public static LaneState Empty(string service, string environment) =>
        new(service, environment, null, null, 0, null, null, [], 0, 0, 0);
}

/// <param name="Back">Asked for as a rollback: goes without canary steps.</param>
public sealed record QueuedRelease(string Release, int Number, string Why, bool Back)
{
    /// <summary>Who decided it.</summary>
    public string By { get; init; } = "headway";

    /// <summary>Version, in the lane's stream, of the event that decided it; 0 where that is not known.</summary>
    public long Version { get; init; }

    /// <summary>The commit of the state repo that wants it; null as long as it is not written there.</summary>
    public string? Commit { get; init; }
}

/// <param name="Commit">Full object name.</param>
public sealed record RecordedIntent(string? Release, string Commit)
{
    /// <summary>The commit's first line.</summary>
    public string Says { get; init; } = "";
}

/// <param name="Release">Null holds everything.</param>
public sealed record Hold(string? Release, string Why, DateTimeOffset Since);
