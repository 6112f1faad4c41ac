namespace Headway.Core.Judging;

/// <summary>
/// The e-process against "the candidate is no worse": a mixture of likelihood ratios, each against its projection onto
/// the null. Its expectation is at most 1 at any time under every rate of stable, constant or not, so the probability
/// that it ever reaches 1 / alpha on a release that is no worse is at most alpha (Ville).
/// The sleeping share is a mixture over the time at which a fault begins; it keeps the expectation as it is.
/// </summary>
public sealed class FailProcess
{
    private readonly MixtureDesign design;
    private readonly double[] places;
    private readonly double[] logPrior;
    private readonly double[] logWeights;
    private readonly double lowLogOdds;
    private readonly double topLogOdds;

    public FailProcess(MixtureDesign design)
    {
        this.design = design;
        places = design.Places();
        logPrior = design.LogPrior();
        logWeights = new double[design.Count];
        Array.Fill(logWeights, Math.Log(1 - design.SleepingMass));
        LogSleeping = Math.Log(design.SleepingMass);
        lowLogOdds = Math.Log(design.LowOdds);
        topLogOdds = Math.Log(design.Top / (1 - design.Top));
        LogE = 0;
    }

    /// <summary>ln of the e-value.</summary>
    public double LogE { get; private set; }

    public double LogSleeping { get; private set; }

    /// <summary>Candidate events so far, for the gate.</summary>
    public double CandidateEvents { get; private set; }

    /// <summary>ln of each component over its prior weight: L_j when nothing sleeps.</summary>
    public ReadOnlySpan<double> Components => logWeights;

    /// <summary>ln of the e-value, at most 0 until the candidate has had so many events.</summary>
    public double GatedLogE(double leastEvents) => CandidateEvents < leastEvents ? Math.Min(LogE, 0) : LogE;

    /// <param name="batch">Trials and events of both sides.</param>
    /// <param name="stableRate">The plug-in from before this batch.</param>
    /// <param name="wakes">A new tick began: part of the sleeping share joins. Must not depend on outcomes.</param>
    public void Apply(in Trials batch, double stableRate, bool wakes = true)
    {
        CandidateEvents += batch.CandidateEvents;
        if (wakes && design.Waking > 0) Wake();
        if (batch.IsJudgeable) Weigh(batch, stableRate);
        Add();
    }

    /// <summary>A process of its own with the same past.</summary>
    public FailProcess Copy()
    {
        var copy = new FailProcess(design)
        {
            LogE = LogE, LogSleeping = LogSleeping, CandidateEvents = CandidateEvents,
        };
        logWeights.CopyTo(copy.logWeights, 0);
        return copy;
    }

    private void Wake()
    {
        var joins = Math.Log(design.Waking) + LogSleeping;
        for (var j = 0; j < logWeights.Length; j++) logWeights[j] = LogSpace.Sum(logWeights[j], joins);
        LogSleeping += Math.Log(1 - design.Waking);
    }

    private void Weigh(in Trials batch, double tb)
    {
        var logOdds = Math.Log(tb / (1 - tb));
        var span = Math.Max(topLogOdds - logOdds - lowLogOdds, design.MinSpan);
        for (var j = 0; j < logWeights.Length; j++)
        {
            var ta = Math.Min(1 / (1 + Math.Exp(-(logOdds + lowLogOdds + places[j] * span))), design.Cap);

            // An alternative inside the null says nothing.
            if (ta <= design.Theta * tb) continue;
            var (a, b) = KullbackLeibler.OntoRatio(
                batch.CandidateTrials, batch.StableTrials, ta, tb, design.Theta);
            logWeights[j] += KullbackLeibler.LogRatio(batch, ta, tb, a, b);
        }
    }

    private void Add()
    {
        Span<double> logs = stackalloc double[logWeights.Length + 1];
        for (var j = 0; j < logWeights.Length; j++) logs[j] = logWeights[j] + logPrior[j];
        logs[^1] = LogSleeping;
        LogE = LogSpace.Sum(logs);
    }
}
