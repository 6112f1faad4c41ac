using System.Collections.Immutable;
using Headway.Core.Targets;

namespace Headway.Core.Nodes;

/// <summary>What a node looks like. Sent on change and at least every second.</summary>
/// <param name="Boot">Identity of the control process that reports.</param>
/// <param name="Epoch">Epoch of the desired state that is in force.</param>
/// <param name="Version">Version of the desired state that is in force.</param>
/// <param name="Problems">Whole sentences, for people: a port already taken, a folder not writable.</param>
public sealed record NodeReport(
    string Node, string Boot, DateTimeOffset At, long Epoch, long Version,
    ImmutableArray<WorkloadSeen> Workloads,
    ImmutableArray<RouteSeen> Routes,
    ImmutableArray<TaskDone> Tasks,
    ImmutableArray<string> Problems)
{
    /// <summary>Unpacked artifacts whose files are not as they came; reports of old have none.</summary>
    public ImmutableArray<ArtifactAltered> Altered { get; init; } = [];
}

/// <summary>Somebody has changed files of an artifact where it is unpacked.</summary>
/// <param name="Paths">Relative, with what has become of each: `changed app/main.js`; the first few.</param>
public sealed record ArtifactAltered(string Digest, ImmutableArray<string> Paths);

public sealed record WorkloadSeen(
    string Lane, string Release, Fence Fence, ImmutableArray<InstanceSeen> Instances, string? Failure);

/// <param name="Id">Unique on the node, for example `shop-production-3f2a-1`.</param>
/// <param name="State">starting, ready, unready, draining, stopped, failed.</param>
/// <param name="CpuCores">Average over the last few seconds, in cores.</param>
public sealed record InstanceSeen(
    string Id, int Pid, int Port, string State, DateTimeOffset StartedAt, int Restarts,
    double CpuCores, long MemoryBytes, int OpenConnections, string? LastExit)
{
    /// <summary>Versions of the secrets that it was started with, by name; null when it has none.</summary>
    public ImmutableSortedDictionary<string, int>? Secrets { get; init; }
}

/// <summary>The route in force. `Lowered` says why the node has lowered the share by itself, or is null.</summary>
public sealed record RouteSeen(
    string Lane, long Version, Fence Fence, string? Stable, string? Candidate, Exposure To, Lowered? Lowered);

public sealed record TaskDone(string Lane, string Key, Fence Fence, Outcome Outcome, int? ExitCode, string OutputTail);
