using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Targets;

namespace Headway.Core.Nodes;

/// <summary>One job of a pipeline run, handed to a runner that asked for work.</summary>
/// <param name="Job">`run/job`, unique.</param>
/// <param name="Artifact">Path to keep when the job succeeds, relative to the source root, or null.</param>
/// <param name="Include">Further files to keep beside the artifact: the checks that environments run.</param>
/// <param name="Needs">Digests of artifacts of earlier jobs, unpacked over the source before the command runs.</param>
/// <param name="Attempt">Every call about the job names it; a runner that was given up for lost learns so.</param>
/// <param name="Reports">Pattern of test reports (JUnit XML, TRX or TAP).</param>
public sealed record JobOrder(
    string Job, string Service, string Commit, string Command, string? Artifact, ImmutableArray<string> Include,
    ImmutableArray<string> Needs, TimeSpan Timeout, long LogLimitBytes, bool Network, int Attempt = 1,
    string? Reports = null)
{
    /// <summary>Environment variables that the owner of the job gives it.</summary>
    public ImmutableSortedDictionary<string, string> Variables { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The runner asks for these when it starts the job; values are never part of an order.</summary>
    public ImmutableArray<Secrets.SecretUse> Secrets { get; init; } = [];

    /// <summary>Files to send when the command has ended, well or not.</summary>
    public ImmutableArray<ResultWanted> Results { get; init; } = [];

    /// <summary>Null: nothing but the plain sandbox.</summary>
    public JobRoom? Room { get; init; }

    public JobTrust Trust { get; init; }

    /// <summary>The job reads caches and never writes them, and shares no home.</summary>
    public bool LeavesNothing { get; init; }

    /// <summary>Null: the job runs all its tests.</summary>
    public ShardOrder? Shard { get; init; }

    /// <summary>The contracts of the service's consumers are fetched into the source before the command runs.</summary>
    public bool WantsContracts { get; init; }
}

/// <summary>Which tests a job is to run, by what they took before.</summary>
/// <param name="Index">From 1.</param>
/// <param name="Tests">Files or classes of this shard.</param>
/// <param name="Elsewhere">Those of all other shards: what is in neither list is new, and belongs to the first shard.</param>
public sealed record ShardOrder(int Index, int Of, ImmutableArray<string> Tests, ImmutableArray<string> Elsewhere);

/// <summary>How a job ended, said by the runner. The server hashes what was uploaded; the runner holds no keys.</summary>
public sealed record JobEnd(string Job, Outcome Outcome, int? ExitCode, string Says)
{
    /// <summary>Files that were to be read and could not be kept: what is not there may have held failures.</summary>
    public int ResultsNotKept { get; init; }
}
