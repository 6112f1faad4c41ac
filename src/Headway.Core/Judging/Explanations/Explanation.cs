using System.Collections.Immutable;
using Headway.Core.Judging.Signals;
using Headway.Core.Rollouts;

namespace Headway.Core.Judging.Explanations;

/// <summary>
/// Everything that a person needs to check what was decided about a release, drawn from the evidence that was kept.
/// Fields: docs/reference/explanation.md.
/// </summary>
/// <param name="Until">End of the evidence that was read: the moment of the rollback, the end, or now.</param>
/// <param name="Says">What was decided, in one sentence.</param>
public sealed record Explanation(
    string Rollout, string Lane, string? Stable, string Candidate, DateTimeOffset StartedAt, DateTimeOffset Until,
    VerdictKind Kind, string Method, string Says)
{
    public RollbackCause? Cause { get; init; }

    /// <summary>When it was decided to take the candidate back; null when it was not.</summary>
    public DateTimeOffset? RolledBackAt { get; init; }

    /// <summary>
    /// The second whose evidence carried log e over the line, or null. The decision follows when that second is
    /// closed.
    /// </summary>
    public DateTimeOffset? CrossedAt { get; init; }

    /// <summary>What speaks loudest against the candidate, or null when nothing does.</summary>
    public LeadingReason? Leading { get; init; }

    public required EvidenceCurve Curve { get; init; }

    /// <summary>Counts of both sides since users met the candidate, and the relative risk with its interval.</summary>
    public required EvidenceSummary Users { get; init; }

    public ImmutableArray<ExplainedMetric> Metrics { get; init; } = [];

    /// <summary>Requests and failures by route, the worst for the candidate first.</summary>
    public ImmutableArray<BothSides> Routes { get; init; } = [];

    /// <summary>Client trials and failures by instance; each served one side only.</summary>
    public ImmutableArray<BothSides> Instances { get; init; } = [];

    /// <summary>Further signals with what was asked, resolved, and examples.</summary>
    public ImmutableArray<SignalSummary> Signals { get; init; } = [];

    /// <summary>What would have gone wrong by now without the rollback; null when there was none.</summary>
    public Counterfactual? ByNow { get; init; }

    /// <summary>The same by the end of the plan, with the usual traffic where none has been counted yet.</summary>
    public Counterfactual? AtPlansEnd { get; init; }

    /// <summary>What this explanation cannot say, in sentences.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <param name="Kind">`metric`, `signal`, `budget` or `guard`.</param>
/// <param name="Name">Of the metric or signal: `errors`, `p99`, `payments`.</param>
/// <param name="Says">A sentence with counts, bucket, route and instance as far as they are known.</param>
public sealed record LeadingReason(string Kind, string Name, string Says)
{
    public string? Route { get; init; }

    public string? Instance { get; init; }

    /// <summary>Bucket of the latency scale beyond which stable counts as slow; null for other metrics.</summary>
    public int? Bucket { get; init; }
}

/// <summary>One of the metrics by which the requests of users are judged.</summary>
public sealed record ExplainedMetric(string Name, double Weight, double LogE, Trials Counts)
{
    /// <summary>For latencies: stable is slow above this; the upper edge of <see cref="Bucket"/>.</summary>
    public double? StableMilliseconds { get; init; }

    /// <summary>For latencies: the candidate is slow above this, which is stable's edge and the tolerance.</summary>
    public double? CandidateMilliseconds { get; init; }

    public int? Bucket { get; init; }
}

/// <summary>Counts of both sides under one name.</summary>
public sealed record BothSides(
    string Name, long CandidateTrials, long CandidateEvents, long StableTrials, long StableEvents)
{
    /// <summary>
    /// Events of the candidate beyond what stable had for the same trials; 0 where stable had none to compare.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double Excess => StableTrials > 0
        ? CandidateEvents - (double)CandidateTrials * StableEvents / StableTrials : CandidateEvents;
}
