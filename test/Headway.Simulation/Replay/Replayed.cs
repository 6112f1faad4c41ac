namespace Headway.Simulation.Replay;

/// <summary>How one rollout went under one judge.</summary>
/// <param name="FailedRequests">
/// Candidate requests that failed from the onset of the fault to the end of the world, 100 % after an undetected
/// promotion included.
/// </param>
/// <param name="RolledBackAt">Seconds after the start, or null.</param>
/// <param name="PromotedAt">When the candidate had at least 95 % of users, or null.</param>
public sealed record Replayed(long FailedRequests, int? RolledBackAt, int? PromotedAt)
{
    public bool RolledBack => RolledBackAt is not null;
}

public static class Statistics
{
    public static double Mean(this IEnumerable<Replayed> runs) => runs.Average(r => r.FailedRequests);

    public static double RolledBackShare(this IReadOnlyCollection<Replayed> runs) =>
        runs.Count(r => r.RolledBack) / (double)runs.Count;

    /// <summary>Missing values count as later than everything.</summary>
    public static double Quantile(this IEnumerable<double?> values, double q)
    {
        var sorted = values.Select(v => v ?? double.PositiveInfinity).Order().ToList();
        return sorted[Math.Min((int)Math.Ceiling(q * sorted.Count), sorted.Count) - 1];
    }
}
