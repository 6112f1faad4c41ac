namespace Headway.Core.Judging.Signals.Gauges;

/// <summary>
/// One direction in which a gauge may get worse. Values are turned so that higher is worse, and the candidate's are made
/// better by what is tolerated, so that "not worse than the tolerance" reads "not higher" for every part.
/// </summary>
/// <param name="turn">1 when higher is worse, -1 when lower is.</param>
/// <param name="alpha">Bound on the probability of a false alarm of this direction.</param>
internal sealed class Direction(int turn, double alpha)
{
    /// <summary>What of alpha the rank test may spend; the rest belongs to the two sequential tests.</summary>
    private const double OfRanks = 0.7;

    private readonly LookHistory history = new();
    private readonly Exceedances exceedances = new();
    private readonly Pairs pairs = new();
    private readonly Ranks ranks = new(OfRanks * alpha);

    public double Bound { get; } = Math.Log(1 / ((1 - OfRanks) * alpha));

    public LookHistory History => history;

    public bool IsWorse => ranks.IsProven || Sequential >= Bound;

    /// <summary>
    /// ln of the evidence: of the sequential tests, or of the ranks, whose probability p counts as 1 / (2 sqrt p), an
    /// e-value, until they are proof.
    /// </summary>
    public double LogE => ranks.IsProven
        ? Math.Max(Sequential, Bound)
        : Math.Max(Sequential, Math.Min(-0.5 * Math.Log(ranks.Probability) - Math.Log(2), Bound - 0.01));

    public double LogPass => pairs.LogPass;

    private double Sequential => LogSpace.Sum(exceedances.LogE, pairs.LogE) - Math.Log(2);

    public void StepStarted() => pairs.StepStarted();

    /// <param name="factor">1 plus the tolerance.</param>
    /// <param name="least">A difference that does not matter, in the unit of the values.</param>
    public void Observe(double stable, double candidate, double factor, double least)
    {
        var (s, c) = (turn * stable, turn * candidate);
        var allowed = Math.Max(Math.Abs(candidate) * (c > 0 ? 1 - 1 / factor : factor - 1), least);
        c -= allowed;
        exceedances.Observe(s, c);
        history.Add(s, c);
        pairs.Observe(s, c, history);
        ranks.Observe(history);
        exceedances.Settle(history);
    }
}
