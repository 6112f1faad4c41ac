namespace Headway.Core.Judging;

/// <summary>Points at which a relative risk is tried.</summary>
public sealed record RiskGrid(double LogLow, double LogHigh, int Points)
{
    public static readonly RiskGrid Default = new(-3.5, 8.5, 241);

    public double LogAt(int index) => LogLow + (LogHigh - LogLow) / (Points - 1) * index;

    public double At(int index) => Math.Exp(LogAt(index));
}

/// <summary>
/// A confidence sequence for the relative risk p_c / p_s, valid at all times and for any rate of stable, also one that
/// changes: given an event, it falls on the candidate with odds n_c theta : n_s.
/// </summary>
public sealed class RiskInterval
{
    private readonly double[] logThetas;
    private readonly double[] thetas;
    private readonly double[] likelihoods;

    public RiskInterval(RiskGrid grid)
    {
        Grid = grid;
        logThetas = [.. Enumerable.Range(0, grid.Points).Select(grid.LogAt)];
        thetas = [.. logThetas.Select(Math.Exp)];
        likelihoods = new double[grid.Points];
    }

    public RiskGrid Grid { get; }

    public double Events { get; private set; }

    public double LogMixture => LogSpace.Sum(likelihoods) - Math.Log(likelihoods.Length);

    public double LogLikelihood(int index) => likelihoods[index];

    /// <summary>The point of the largest likelihood; undefined (null) without any event.</summary>
    public int? Estimate
    {
        get
        {
            if (Events <= 0) return null;
            var best = 0;
            for (var i = 1; i < likelihoods.Length; i++)
                if (likelihoods[i] > likelihoods[best]) best = i;
            return best;
        }
    }

    public void Apply(in Trials batch)
    {
        var events = batch.CandidateEvents + batch.StableEvents;
        if (!batch.IsJudgeable || events <= 0) return;
        Events += events;
        var known = batch.CandidateEvents * Math.Log(batch.CandidateTrials)
            + batch.StableEvents * Math.Log(batch.StableTrials);
        for (var i = 0; i < likelihoods.Length; i++)
            likelihoods[i] += known + batch.CandidateEvents * logThetas[i]
                - events * Math.Log(batch.CandidateTrials * thetas[i] + batch.StableTrials);
    }

    /// <summary>First and last point of the set at confidence 1 - alpha.</summary>
    public (int Low, int High) Within(double alpha)
    {
        var mixture = LogMixture;
        var bound = Math.Log(1 / alpha);
        var low = Array.FindIndex(likelihoods, l => mixture - l < bound);
        var high = Array.FindLastIndex(likelihoods, l => mixture - l < bound);
        return (Math.Max(low, 0), Math.Max(high, 0));
    }

    /// <summary>
    /// For people: one point outward on both sides, since the true value lies between points. A null end touches the
    /// end of the grid: say "more than", "less than".
    /// </summary>
    public (double? Risk, double? Low, double? High) Report(double alpha)
    {
        if (Estimate is not { } best) return (null, null, null);
        var (low, high) = Within(alpha);
        return (thetas[best], low == 0 ? null : thetas[low - 1], high == thetas.Length - 1 ? null : thetas[high + 1]);
    }
}
