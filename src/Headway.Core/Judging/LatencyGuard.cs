using System.Collections.Immutable;
using System.Globalization;
using Headway.Core.Evidence;

namespace Headway.Core.Judging;

/// <summary>A promise of speed: at most so large a share of the answers is slower.</summary>
/// <param name="Name">p50, p90 or p99.</param>
/// <param name="ShareSlower">0.5, 0.1 or 0.01.</param>
public sealed record LatencyLimit(string Name, double Milliseconds, double ShareSlower)
{
    /// <summary>Counted as slow: beyond the first edge of <see cref="LatencyScale"/> that is not below the limit.</summary>
    public int Bucket { get; } = LatencyScale.BucketOf(Milliseconds);

    public string Says => $"{Name} of {Milliseconds.ToString("0.###", CultureInfo.InvariantCulture)} ms";

    public static ImmutableArray<LatencyLimit> Of(TimeSpan? p50, TimeSpan? p90, TimeSpan? p99)
    {
        var limits = ImmutableArray.CreateBuilder<LatencyLimit>();
        if (p50 is { } half) limits.Add(new("p50", half.TotalMilliseconds, 0.5));
        if (p90 is { } most) limits.Add(new("p90", most.TotalMilliseconds, 0.1));
        if (p99 is { } nearlyAll) limits.Add(new("p99", nearlyAll.TotalMilliseconds, 0.01));
        return limits.ToImmutable();
    }

    public bool IsKeptBy(LatencyCounts past) => past.Total == 0 || past.Above(Bucket) <= ShareSlower * past.Total;
}

/// <summary>
/// One promise of speed and both sides' answers, each against the promise alone. A trial is an answer of a warm
/// instance, one a client and second; it counts as slow when it is unfinished, too.
/// </summary>
/// <param name="bound">ln of the evidence that is proof.</param>
/// <param name="pastWasGood">The release before kept the promise.</param>
internal sealed class LatencyGuard(LatencyLimit limit, double bound, bool pastWasGood)
{
    /// <summary>
    /// Answers of one second are not independent: when the machine stands still for a moment, all that it holds are slow at
    /// once. So no second counts for more than a fifth of proof. Counting less never makes blame more likely.
    /// </summary>
    private const int SecondsToProof = 5;

    /// <summary>So many slow answers of the other side, and more than are promised, say that it is slow as well.</summary>
    private const int SlowBeside = 3;

    private readonly LimitProcess own = new(limit.ShareSlower, MixtureDesign.Tail);
    private long answers, slow, answersBeside, slowBeside;

    public double LogE => own.GatedLogE(MetricTest.LeastEvents);

    public bool IsBroken => LogE >= bound;

    /// <summary>
    /// The other side, or the past, breaks it too: nobody is blamed. The other side may be a few held-back users, so what it
    /// shows is believed without being proven; whether the candidate is slower than they see is what the comparison tells.
    /// </summary>
    public bool IsNobodysFault =>
        !pastWasGood || (slowBeside >= SlowBeside && slowBeside > limit.ShareSlower * answersBeside);

    public MetricSummary Summary(double weight) => new($"objective {limit.Name}", weight, own.LogE, null);

    public string Says =>
        $"It is slower than the objective, {limit.Says}: {slow} of {answers} answers are beyond it where "
        + $"{limit.ShareSlower * 100:0.#} % may be, e-value {Math.Exp(Math.Min(LogE, 600)):0.0e0}";

    public void Observe(SideCounts side, SideCounts? beside, bool wakes)
    {
        var (n, k) = Slow(side);
        own.Apply(n, Counted(n, k), wakes);
        (answers, slow) = (answers + n, slow + k);
        if (beside is null) return;
        var there = Slow(beside);
        (answersBeside, slowBeside) = (answersBeside + there.N, slowBeside + there.K);
    }

    private int Counted(int n, int k)
    {
        while (k > limit.ShareSlower * n
            && KullbackLeibler.OneSide(n, k, (double)k / n, limit.ShareSlower) > bound / SecondsToProof) k--;
        return k;
    }

    private (int N, int K) Slow(SideCounts side) =>
        (side.Latency.Total + side.Unfinished, side.Latency.Above(limit.Bucket) + side.Unfinished);
}
