using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.Targets;

/// <summary>What a part looks like. A step passes only on an observation begun after its effect was applied.</summary>
/// <param name="SeenAt">When the observation began.</param>
/// <param name="Fence">The highest fence that the part had obeyed when it was seen.</param>
/// <param name="Cells">What runs, one entry a cell and release.</param>
/// <param name="Exposed">What the part exposes now, as it would be asked for; null when it does not route.</param>
/// <param name="Tasks">Outcome by <see cref="Effect.Done.Key"/>.</param>
/// <param name="Lowered">Why the part has lowered the candidate's share by itself (lease, budget), or null.</param>
/// <param name="Problem">Why the observation is not complete (unreachable, slow), or null.</param>
public sealed record Observation(
    DateTimeOffset SeenAt,
    Fence Fence,
    ImmutableArray<CellSeen> Cells,
    Effect.Exposed? Exposed,
    ImmutableDictionary<string, TaskSeen> Tasks,
    Lowered? Lowered,
    string? Problem)
{
    public static Observation Unreachable(DateTimeOffset at, string problem) =>
        new(at, Fence.None, [], null, ImmutableDictionary<string, TaskSeen>.Empty, null, problem);
}

/// <summary>One release in one cell.</summary>
/// <param name="Ready">Instances that passed their readiness check and serve or could serve.</param>
/// <param name="Starting">Instances that run and are not ready yet.</param>
/// <param name="OpenConnections">Requests and sockets still open on it.</param>
/// <param name="Failure">Why it cannot become ready, when that is known: the rollout need not wait for a time-out.</param>
public sealed record CellSeen(
    string Cell, string Release, int Ready, int Starting, int OpenConnections, string? Failure);

/// <summary>The part has taken the candidate away from users by itself, as its lease demands.</summary>
public sealed record Lowered(LoweredBy By, string Says);

[JsonConverter(typeof(JsonStringEnumConverter<LoweredBy>))]
public enum LoweredBy
{
    /// <summary>The server was not heard for as long as the lease allows.</summary>
    Lease,
    /// <summary>The candidate failed more requests than its slice of the exposure budget allows.</summary>
    Budget,
}

public sealed record TaskSeen(Outcome Outcome, int? ExitCode, string OutputTail);
