namespace Headway.Core.Judging;

/// <summary>
/// The e-process of one side against an absolute limit: H0 is p &lt;= limit, the alternatives are those of
/// <see cref="MixtureDesign"/> above the limit, each with the likelihood ratio (ta/p)^k ((1-ta)/(1-p))^(n-k), whose mean
/// is at most 1 for every rate up to the limit.
/// </summary>
public sealed class LimitProcess
{
    private readonly double limit;
    private readonly MixtureDesign design;
    private readonly double[] rates;
    private readonly double[] logPrior;
    private readonly double[] logWeights;
    private double logSleeping;

    public LimitProcess(double limit, MixtureDesign design)
    {
        (this.limit, this.design) = (limit, design);
        logPrior = design.LogPrior();
        rates = design.Rates(limit);
        logWeights = new double[design.Count];
        Array.Fill(logWeights, Math.Log(1 - design.SleepingMass));
        logSleeping = Math.Log(design.SleepingMass);
    }

    public double Events { get; private set; }

    public double LogE { get; private set; }

    public double GatedLogE(double leastEvents) => Events < leastEvents ? Math.Min(LogE, 0) : LogE;

    public void Apply(double trials, double events, bool wakes)
    {
        Events += events;
        Span<double> logs = stackalloc double[logWeights.Length + 1];
        for (var j = 0; j < logWeights.Length; j++)
        {
            if (wakes && design.Waking > 0)
                logWeights[j] = LogSpace.Sum(logWeights[j], Math.Log(design.Waking) + logSleeping);
            if (rates[j] > limit)
                logWeights[j] += KullbackLeibler.OneSide(trials, events, rates[j], limit);
            logs[j] = logWeights[j] + logPrior[j];
        }

        if (wakes && design.Waking > 0) logSleeping += Math.Log(1 - design.Waking);
        logs[^1] = logSleeping;
        LogE = LogSpace.Sum(logs);
    }
}
