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
    public string Lane => $"{Service}/{Environment}";

    public static LaneState Empty(string service, string environment) =>
        new(service, environment, null, null, 0, null, null, [], 0, 0, 0);
}

/// <param name="Back">Asked for as a rollback: goes without canary steps.</param>
public sealed record QueuedRelease(string Release, int Number, string Why, bool Back);

/// <param name="Release">Null holds everything.</param>
public sealed record Hold(string? Release, string Why, DateTimeOffset Since);
