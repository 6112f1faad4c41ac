using Headway.Core.Evidence;

namespace Headway.Core.Judging;

/// <summary>Reads the trials of each metric from a batch.</summary>
/// <param name="Sticky">Clients stay on their side: a trial is a client at risk; else it is a request.</param>
public sealed record BatchReading(bool Sticky, LatencyThresholds Thresholds, double Tolerance, double FeltMilliseconds)
{
    /// <summary>An instance of the candidate may carry so much more than one of stable and still be compared in speed.</summary>
    private const double MostLoad = 2;

    public Trials Of(Metric metric, EvidenceBatch batch)
    {
        if (metric is Metric.P50 or Metric.P90 or Metric.P99 && IsLoadedMore(batch)) return new(0, 0, 0, 0);
        var (nc, kc) = batch.Candidate is { } candidate ? Side(metric, candidate, isCandidate: true) : (0, 0);
        var (ns, ks) = Side(metric, batch.Stable, isCandidate: false);
        return new(nc, kc, ns, ks);
    }

    public static Trials Requests(EvidenceBatch batch) => new(
        batch.Candidate?.Requests ?? 0, batch.Candidate?.Failures ?? 0, batch.Stable.Requests, batch.Stable.Failures);

    /// <summary>What is wrong with the counts, or null. Such a batch is not used at all.</summary>
    public string? Problem(EvidenceBatch batch)
    {
        foreach (var side in new[] { batch.Stable, batch.Candidate })
        {
            if (side is null) continue;
            if (side.Failures > side.Requests) return Says(side, "more failures than requests");
            foreach (var metric in (ReadOnlySpan<Metric>)[Metric.Errors, Metric.Spell, Metric.Refused, Metric.P99])
            {
                var (n, k) = Side(metric, side, isCandidate: false);
                if (n < 0 || k < 0) return Says(side, $"negative counts of {metric}");
                if (k > n) return Says(side, $"{k} events of {metric} in {n} trials");
            }
        }

        return null;

        string Says(SideCounts side, string what) =>
            $"Batch {batch.Sequence} of {batch.Node} ({batch.Boot}) says {what} for {side.Release}; it is not used.";
    }

    private (int Trials, int Events) Side(Metric metric, SideCounts side, bool isCandidate) => metric switch
    {
        Metric.Errors => Sticky ? (side.Clients, side.ClientFailures) : (side.Requests, side.Failures),
        Metric.Spell => (side.SpellClients > 0 ? side.SpellClients : side.Requests, side.ClientSpells),
        Metric.Refused when !Sticky => (side.Requests, side.Refused),

        // One client that is refused all the time would speak against its side every second, so refusals count only
        // where the gateway says who was at risk of one.
        Metric.Refused => side.RefusalClients > 0 ? (side.RefusalClients, side.ClientsRefused) : (0, 0),
        _ => Latency(metric, side, isCandidate),
    };

    /// <summary>
    /// With 95 % of the users on as many instances as stable keeps for 5 %, the candidate is slower whatever it is made
    /// of. Only failures are compared then. Where instances are not told, the sides count as alike.
    /// </summary>
    private static bool IsLoadedMore(EvidenceBatch batch)
    {
        if (batch.Candidate is not { Instances.IsDefaultOrEmpty: false } candidate
            || batch.Stable.Instances.IsDefaultOrEmpty) return false;
        var own = (double)candidate.Requests / candidate.Instances.Length;
        var stable = (double)batch.Stable.Requests / batch.Stable.Instances.Length;
        return own > MostLoad * stable;
    }

    private (int Trials, int Events) Latency(Metric metric, SideCounts side, bool isCandidate)
    {
        var total = side.Latency.Total + side.Unfinished;
        if (Thresholds.Of(metric) is not { } bucket) return (total, side.Unfinished);
        var edge = isCandidate ? LatencyThresholds.CandidateBucket(bucket, Tolerance, FeltMilliseconds) : bucket;
        return (total, side.Latency.Above(edge) + side.Unfinished);
    }
}
