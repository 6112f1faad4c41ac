using System.Collections.Immutable;
using Headway.Core.Targets;

namespace Headway.Core.Nodes;

/// <summary>One job of a pipeline run, handed to a runner that asked for work.</summary>
/// <param name="Job">`run/job`, unique.</param>
/// <param name="Artifact">Path to keep when the job succeeds, relative to the source root, or null.</param>
/// <param name="Include">Further files to keep beside the artifact: the checks that environments run.</param>
/// <param name="Needs">Digests of artifacts of earlier jobs, unpacked over the source before the command runs.</param>
/// <param name="Attempt">Every call about the job names it; a runner that was given up for lost learns so.</param>
/// <param name="Reports">Pattern of test reports (TRX or JUnit XML), summed up in <see cref="JobEnd.Says"/>.</param>
public sealed record JobOrder(
    string Job, string Service, string Commit, string Command, string? Artifact, ImmutableArray<string> Include,
    ImmutableArray<string> Needs, TimeSpan Timeout, long LogLimitBytes, bool Network, int Attempt = 1,
    string? Reports = null);

/// <summary>How a job ended, said by the runner. The server hashes what was uploaded; the runner holds no keys.</summary>
public sealed record JobEnd(string Job, Outcome Outcome, int? ExitCode, string Says);
