using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Core.Judging.Signals;

/// <summary>What the judge says of one signal, with what a person needs to check it. Part of a verdict.</summary>
/// <param name="Name">Name of the signal.</param>
/// <param name="Source">Kind of its source, for people: `prometheus`, `instances`.</param>
/// <param name="Kind">As for verdicts; what it may do depends on the trust.</param>
/// <param name="Says">One whole sentence.</param>
/// <param name="LogE">Natural logarithm of the evidence against the candidate.</param>
/// <param name="LogEToRollBack">From which on it is proof.</param>
public sealed record SignalSummary(
    string Name, string Source, Trust Trust, VerdictKind Kind, string Says, double LogE, double LogEToRollBack)
{
    public SideSummary? Stable { get; init; }

    public SideSummary? Candidate { get; init; }

    /// <summary>What was asked for the candidate, resolved.</summary>
    public string? Asked { get; init; }

    public ImmutableArray<string> Examples { get; init; } = [];

    /// <summary>A passing verdict shows that somebody was served well, where users' own requests are missing.</summary>
    public bool StandsForUsers { get; init; }

    /// <summary>The signal cannot be seen, and other evidence may decide alone.</summary>
    public bool MayBeMissing { get; init; }
}

/// <summary>One side of a signal in the whole rollout.</summary>
/// <param name="Looks">How often it was looked at.</param>
/// <param name="Typical">Median of its readings; null for counts.</param>
public sealed record SideSummary(double Trials, double Events, int Looks, double? Typical);
