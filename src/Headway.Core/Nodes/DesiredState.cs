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
    /// <summary>What is asked of instances again and again while a rollout is open; documents of old have none.</summary>
    public ImmutableArray<ProbeWanted> Probes { get; init; } = [];

    /// <summary>Traffic that is driven once.</summary>
    public ImmutableArray<LoadWanted> Loads { get; init; } = [];

    /// <summary>Where instances send their telemetry; null when the server takes none.</summary>
    public TelemetryAt? Telemetry { get; init; }

    public static DesiredState Empty(string node) => new(node, 0, 0, [], [], []);
}

/// <summary>Where the server receives OTLP.</summary>
/// <param name="Endpoint">
/// `http://127.0.0.1:4318`. An address that means every one (`0.0.0.0`) stands for the name by which the node knows the
/// server; one of the loopback is only for nodes on the server's own machine.
/// </param>
/// <param name="Protocol">`http/protobuf` or `grpc`, as OpenTelemetry names them.</param>
public sealed record TelemetryAt(string Endpoint, string Protocol);

/// <summary>So many ready instances of a release in a lane; 0 means drained and stopped.</summary>
public sealed record WorkloadWanted(
    string Lane, string Release, string ArtifactDigest, RunSpec Run, int Instances, Fence Fence)
{
    /// <summary>Rises when running instances are to be replaced one by one, for example since a secret has changed.</summary>
    public long Refresh { get; init; }
}

/// <summary>How a lane's traffic is served. `Version` rises by one at every change of releases or share.</summary>
/// <param name="Listen">Port on the loopback or public address where users arrive.</param>
/// <param name="Salt">
/// Of the hash that puts clients on a side; fixed for a rollout, so a client never flips back.
/// </param>
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
