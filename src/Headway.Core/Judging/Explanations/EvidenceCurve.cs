using System.Collections.Immutable;

namespace Headway.Core.Judging.Explanations;

/// <summary>The evidence against the candidate over time, thinned to what a picture can show.</summary>
/// <param name="Seconds">Since the rollout began; one for each point.</param>
/// <param name="Shares">The candidate's share at each point, 0 to 1.</param>
/// <param name="ActsAt">ln of the combined e-value from which on the candidate is taken back.</param>
/// <param name="Lines">`combined` first, then metrics by name, then signals as `signal: NAME`.</param>
public sealed record EvidenceCurve(
    ImmutableArray<double> Seconds, ImmutableArray<double> Shares, double ActsAt, ImmutableArray<CurveLine> Lines)
{
    public const string Combined = "combined";

    public static readonly EvidenceCurve Empty = new([], [], 0, []);
}

/// <param name="ActsAt">The line at which this one acts by itself; null for a metric, which is only part of the
/// combination.</param>
/// <param name="LogE">One for each point.</param>
public sealed record CurveLine(string Name, double? ActsAt, ImmutableArray<double> LogE);
