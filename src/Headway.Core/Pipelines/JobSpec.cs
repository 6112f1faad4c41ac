using System.Collections.Immutable;
using Headway.Core.TestResults;
using Headway.Core.Secrets;

namespace Headway.Core.Pipelines;

/// <summary>One job of `build:` as its owner meant it; of a job with a matrix, one cell.</summary>
/// <param name="Run">Shell command, run at the root of the source.</param>
/// <param name="Artifact">Path to keep, relative to the root of the source; exactly one job of a service has one.</param>
/// <param name="Network">The job may use the network; off unless asked for where the sandbox can tell.</param>
public sealed record JobSpec(
    string Name, string Run, string? Artifact, ImmutableArray<string> Needs, string? Reports, TimeSpan Timeout,
    bool Network)
{
    /// <summary>Null: nothing but the plain sandbox.</summary>
    public JobRoom? Room { get; init; }

    /// <summary>Environment variables of the command, those of its matrix cell among them.</summary>
    public ImmutableSortedDictionary<string, string> Variables { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Null for a job without a matrix.</summary>
    public MatrixCell? Matrix { get; init; }

    /// <summary>A condition over <see cref="RunFacts"/>; the job runs when it holds. Null: always.</summary>
    public string? When { get; init; }

    /// <summary>The job runs when a change touches one of them; empty: whatever changed.</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>Files that the job reads; empty: it may read all of them.</summary>
    public ImmutableArray<string> Inputs { get; init; } = [];

    /// <summary>Whether the result of an earlier run with the same inputs is taken; null: unless it has the network.</summary>
    public bool? Cache { get; init; }

    /// <summary>`NAME@VERSION` of the template that the job comes from.</summary>
    public string? Template { get; init; }

    /// <summary>The name in headway.yaml: that of all its cells where the job has a matrix.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string WrittenName => Matrix?.Job ?? Name;

    /// <summary>Null: nothing is asked of coverage.</summary>
    public CoverageSpec? Coverage { get; init; }

    /// <summary>Which part of the tests of a job it runs; null: all.</summary>
    public ShardSpec? Shard { get; init; }

    /// <summary>Pattern of results of scanners that the job writes; null for none.</summary>
    public string? Scans { get; init; }

    /// <summary>
    /// Pattern of bills of materials (CycloneDX, SPDX) that the job writes; they take the place of the one that is made from
    /// lock files.
    /// </summary>
    public string? Bill { get; init; }

    /// <summary>Pattern of Pact files that the job writes: what this service expects of others.</summary>
    public string? Contracts { get; init; }

    /// <summary>Set when the job verifies the contracts of the consumers of this service; `Run` is made from it.</summary>
    public VerifySpec? Verify { get; init; }

    /// <summary>What the job is given from the store.</summary>
    public ImmutableArray<SecretUse> Secrets { get; init; } = [];
}

/// <summary>How a provider is started to be verified.</summary>
/// <param name="Run">Its command, which gets the port in PORT.</param>
/// <param name="States">Path to which the states are posted that interactions want, or null.</param>
/// <param name="Health">Path that answers when it is ready.</param>
public sealed record VerifySpec(string Run, string? States, string Health);
