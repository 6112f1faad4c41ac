namespace Headway.Node.Gateway.Routing;

/// <summary>
/// Failed requests of the candidate beyond what stable would have had for the same traffic, since this candidate began.
/// </summary>
internal sealed class Excess
{
    /// <summary>Fewer requests of stable than this say too little about its rate: its past is asked too.</summary>
    private const int FewRequests = 50;
    private long candidateRequests, candidateFailures, stableRequests, stableFailures;
    private readonly double pastRate;

    public Excess(double pastRate = 0) => this.pastRate = pastRate;

    public Excess(ExcessCounts counts)
    {
        pastRate = counts.PastRate;
        (candidateRequests, candidateFailures) = (counts.CandidateRequests, counts.CandidateFailures);
        (stableRequests, stableFailures) = (counts.StableRequests, counts.StableFailures);
    }

    public ExcessCounts Counts => new(
        pastRate, Volatile.Read(ref candidateRequests), Volatile.Read(ref candidateFailures),
        Volatile.Read(ref stableRequests), Volatile.Read(ref stableFailures));

    public void Count(Side side, bool failed)
    {
        if (side == Side.Candidate)
        {
            Interlocked.Increment(ref candidateRequests);
            if (failed) Interlocked.Increment(ref candidateFailures);
        }
        else
        {
            Interlocked.Increment(ref stableRequests);
            if (failed) Interlocked.Increment(ref stableFailures);
        }
    }

    /// <summary>
    /// Whether the budget is spent: X = k_c - n_c r beyond the limit, and beyond four standard deviations of what a
    /// release just as good would show (V = p n_c (1 + n_c / n_s), JUDGE 3b), so that much traffic alone spends nothing.
    /// </summary>
    public bool IsSpent(int limit, out double excess)
    {
        var seen = Counts;
        var rate = seen.StableRequests >= FewRequests
            ? (double)seen.StableFailures / seen.StableRequests
            : (seen.StableFailures + FewRequests * pastRate) / (seen.StableRequests + FewRequests);
        excess = seen.CandidateFailures - seen.CandidateRequests * rate;
        if (excess <= limit) return false;
        var stable = Math.Max(seen.StableRequests, FewRequests);
        var pooled = (seen.CandidateFailures + stable * rate) / (seen.CandidateRequests + stable);
        var variance = pooled * seen.CandidateRequests * (1 + (double)seen.CandidateRequests / stable);
        return excess >= 4 * Math.Sqrt(variance + 1);
    }
}

internal sealed record ExcessCounts(
    double PastRate, long CandidateRequests, long CandidateFailures, long StableRequests, long StableFailures);
