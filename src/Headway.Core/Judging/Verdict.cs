using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Evidence;

namespace Headway.Core.Judging;

[JsonConverter(typeof(JsonStringEnumConverter<VerdictKind>))]
public enum VerdictKind
{
    /// <summary>Neither proven yet.</summary>
    KeepWatching,
    /// <summary>Proven not worse than the tolerance: the step may pass.</summary>
    Promote,
    /// <summary>Proven worse, or the exposure budget is spent: take the candidate away from users.</summary>
    Rollback,
    /// <summary>Telemetry or candidate trials are missing: neither good nor bad.</summary>
    NoEvidence,
    /// <summary>Time is up without proof either way.</summary>
    Inconclusive,
    /// <summary>An incident hits both sides: no blame, no promotion.</summary>
    Hold,
    /// <summary>A source of evidence cannot be asked: neither good nor bad.</summary>
    SourceDown,
}

/// <summary>What the judge says, with everything that a person needs to check it.</summary>
/// <param name="Says">One whole sentence for people.</param>
public sealed record Verdict(VerdictKind Kind, string Says, EvidenceSummary Evidence)
{
    /// <summary>
    /// A rollback for which one instance is as good an explanation as the release: without it little evidence is left,
    /// or there was only one. Worth a second try on another node.
    /// </summary>
    public bool InstanceOrRelease { get; init; }

    /// <summary>The instance in question, when there is one.</summary>
    public string? Suspect { get; init; }

    /// <summary>The judge cannot go on by itself: a person should look.</summary>
    public bool Asks { get; init; }

    /// <summary>What of stable's traffic the candidate has met, by route; null when gateways do not count routes.</summary>
    public Routes.RoutesMet? Routes { get; init; }

    /// <summary>The route whose failures prove it, when it is one.</summary>
    public string? Route { get; init; }

    /// <summary>What each further signal says; empty when only the requests of users are judged.</summary>
    public ImmutableArray<Signals.SignalSummary> Signals { get; init; } = [];

    /// <summary>A signal without which no step passes, and that shows nothing; null when there is none.</summary>
    [JsonIgnore]
    public Signals.SignalSummary? Unseen => Signals.IsDefaultOrEmpty
        || Kind is not (VerdictKind.NoEvidence or VerdictKind.SourceDown or VerdictKind.KeepWatching) ? null
        : Signals.FirstOrDefault(s => s is
            { MayBeMissing: false, Trust: not Trust.Observe, Kind: VerdictKind.NoEvidence or VerdictKind.SourceDown });

    public static Verdict None(string says) => new(VerdictKind.NoEvidence, says, EvidenceSummary.Empty);
}

/// <param name="Method">`sequential comparison`, `objective guard`, `exposure budget`, `checks`, `signal: NAME`.</param>
/// <param name="LogE">Natural logarithm of the combined e-value; rollback at ln(1/alpha).</param>
/// <param name="LogEToRollBack">ln(1/alpha).</param>
/// <param name="RelativeRisk">Estimate of p_candidate / p_stable, or null without any failure.</param>
/// <param name="RelativeRiskLow">Lower end of the 95 % confidence sequence.</param>
/// <param name="RelativeRiskHigh">Upper end; null when it touches the end of the grid (say "more than").</param>
/// <param name="ExcessFailures">Failed requests beyond what stable would have had for the same traffic.</param>
/// <param name="ClockSeconds">Judged seconds of the current step.</param>
/// <param name="MoreRequests">About so many more candidate requests until the step can pass, or null.</param>
/// <param name="MoreSeconds">The same at the present traffic.</param>
public sealed record EvidenceSummary(
    string Method,
    double LogE, double LogEToRollBack,
    long CandidateRequests, long CandidateFailures, long CandidateTrials, long CandidateTrialFailures,
    long StableRequests, long StableFailures, long StableTrials, long StableTrialFailures,
    double? RelativeRisk, double? RelativeRiskLow, double? RelativeRiskHigh,
    double ExcessFailures, double ClockSeconds,
    long? MoreRequests, double? MoreSeconds,
    ImmutableArray<MetricSummary> Metrics)
{
    public static readonly EvidenceSummary Empty =
        new("none", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, null, null, 0, 0, null, null, []);
}

/// <param name="Name">errors, spell, p50, p90, p99, refused, routes, or `objective p99`.</param>
/// <param name="LogPass">ln of the e-value of the early pass test, or null when the metric has none.</param>
public sealed record MetricSummary(string Name, double Weight, double LogE, double? LogPass);
