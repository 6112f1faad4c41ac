using System.Collections.Immutable;
using Headway.Core.Services;
using Headway.Core.Targets;

namespace Headway.Core.Nodes;

/// <summary>
/// Everything that a node should be doing: always the whole document, never commands. The node keeps the last one on
/// disk and goes on with it when the server is gone. A lower (epoch, version) than the one held is refused, and so is
/// an entry with a lower fence than the node has obeyed for the same lane and kind.
/// </summary>
public sealed record DesiredState(
    string Node,
    long Epoch,
    long Version,
    ImmutableArray<WorkloadWanted> Workloads,
    ImmutableArray<RouteWanted> Routes,
    ImmutableArray<TaskWanted> Tasks)
{
    public static DesiredState Empty(string node) => new(node, 0, 0, [], [], []);
}

/// <summary>So many ready instances of a release in a lane; 0 means drained and stopped.</summary>
public sealed record WorkloadWanted(
    string Lane, string Release, string ArtifactDigest, RunSpec Run, int Instances, Fence Fence);

/// <summary>How a lane's traffic is served. `Version` rises by one at every change of releases or share.</summary>
/// <param name="Listen">Port on the loopback or public address where users arrive.</param>
/// <param name="Salt">Of the hash that puts clients on a side; fixed for a rollout, so a client never flips back.</param>
/// <param name="Delay">How long after its second a batch of evidence is closed (1 to 5 seconds).</param>
public sealed record RouteWanted(
    string Lane, int Listen, long Version, Fence Fence,
    string? Stable, string? Candidate, Exposure To, string Salt, TimeSpan Delay, Lease? Lease);

public sealed record TaskWanted(
    string Lane, string Task, int Attempt, string Release, string ArtifactDigest, string Command, TimeSpan Timeout,
    Fence Fence)
{
    public string Key => $"{Task}#{Attempt}";
}
