namespace Headway.Core.Judging;

/// <summary>The two releases that a judge compares.</summary>
/// <param name="Lane">`service/environment`; evidence of other lanes is not used.</param>
public sealed record Comparison(string Lane, string Stable, string Candidate);

/// <summary>A step of a rollout as the judge sees it.</summary>
/// <param name="At">When it began; evidence of earlier seconds does not count towards passing it.</param>
/// <param name="Share">The candidate's share, 0 to 1.</param>
/// <param name="NextShare">The share after it; the larger, the stricter the proof.</param>
/// <param name="AtLeast">Judged time that must pass in any case.</param>
/// <param name="AtMost">Patience; shorter than AtLeast counts as AtLeast, zero as the judge's own patience.</param>
/// <param name="Requests">Candidate requests that must be judged in any case, or 0.</param>
public sealed record JudgeStep(
    DateTimeOffset At, double Share, double NextShare, TimeSpan AtLeast, TimeSpan AtMost = default, int Requests = 0);
