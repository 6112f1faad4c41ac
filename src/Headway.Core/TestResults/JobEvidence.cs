using System.Collections.Immutable;
using Headway.Core.Targets;

namespace Headway.Core.TestResults;

/// <summary>Everything that is known when a job with test reports has ended.</summary>
/// <param name="Habits">Of each failed test, this attempt included.</param>
/// <param name="Missing">Tests of the last attempt that passed on the branch which are not here; null: none has passed yet.</param>
public sealed record JobEvidence(
    CommandEnd Command, TestReport Report, QuarantineList Quarantines, ImmutableDictionary<string, TestHabit> Habits,
    ImmutableArray<string>? Missing)
{
    /// <summary>How often this job of this run was tried again because of flaky tests.</summary>
    public int Retries { get; init; }

    /// <summary>What failed before that: it has to pass now, not to be absent.</summary>
    public ImmutableArray<string> FailedBefore { get; init; } = [];
}

/// <param name="ExitCode">Null when it did not end by itself.</param>
/// <param name="KeepsArtifact">What a failed command left behind is not what it would have kept.</param>
public sealed record CommandEnd(Outcome Outcome, int? ExitCode, string Says, bool KeepsArtifact);

/// <param name="Retry">Tests because of which the job is tried again; empty: it is not.</param>
public sealed record JobVerdict(Outcome Outcome, string Says, ImmutableArray<string> Retry)
{
    /// <summary>Tests that failed and did not fail the job, since they are in quarantine.</summary>
    public ImmutableArray<string> Excused { get; init; } = [];
}
