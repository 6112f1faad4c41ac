using Headway.Core.Evidence;

namespace Headway.Core.Judging;

/// <summary>What the judge has been shown since the rollout began, for people.</summary>
internal sealed class JudgeTotals
{
    public long CandidateRequests { get; private set; }
    public long CandidateFailures { get; private set; }
    public long StableRequests { get; private set; }
    public long StableFailures { get; private set; }
    public Trials Trials { get; private set; }

    /// <summary>Start of the newest second that evidence came for.</summary>
    public DateTimeOffset? Newest { get; private set; }

    public void Add(EvidenceBatch batch, in Trials errors)
    {
        CandidateRequests += batch.Candidate?.Requests ?? 0;
        CandidateFailures += batch.Candidate?.Failures ?? 0;
        StableRequests += batch.Stable.Requests;
        StableFailures += batch.Stable.Failures;
        Trials += errors;
        if (Newest is null || batch.Second > Newest) Newest = batch.Second;
    }
}

public static class Seconds
{
    public static DateTimeOffset Floor(DateTimeOffset at) =>
        at.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerSecond));
}
