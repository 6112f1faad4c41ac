namespace Headway.Core.Judging;

/// <summary>
/// The e-process against "the candidate is worse than the tolerance": p_c >= p_s + margin, or p_c >= ratio * p_s, with
/// the single alternative that both sides have stable's rate. Restarted at every step.
/// </summary>
public sealed class PassProcess
{
    private readonly double? margin;
    private readonly double ratio;

    private PassProcess(double? margin, double ratio) => (this.margin, this.ratio) = (margin, ratio);

    public static PassProcess Margin(double margin) => new(margin, 0);

    public static PassProcess Ratio(double ratio) => new(null, ratio);

    /// <summary>
    /// The margin of a step: what the next share may cost all users together, over the next share; at most half of what
    /// is left to fail. The cost is twice stable's rate, at least 0.1 and at most 0.5 percentage points: without the
    /// lower end a service that never fails could never prove that its next release does not fail either.
    /// </summary>
    public static double MarginOf(double stableRate, double nextShare) =>
        Math.Min(Math.Clamp(2 * stableRate, 0.001, 0.005) / nextShare, 0.5 * (1 - stableRate));

    public double LogE { get; private set; }

    public void Apply(in Trials batch, double stableRate)
    {
        if (!batch.IsJudgeable) return;
        var (a, b) = Project(batch.CandidateTrials, batch.StableTrials, stableRate);
        LogE += KullbackLeibler.LogRatio(batch, stableRate, stableRate, a, b);
    }

    /// <summary>Expected growth of <see cref="LogE"/> by a batch of so many trials when both sides are alike.</summary>
    public double ExpectedGrowth(double candidateTrials, double stableTrials, double stableRate)
    {
        var (a, b) = Project(candidateTrials, stableTrials, stableRate);
        var batch = new Trials(
            candidateTrials, candidateTrials * stableRate, stableTrials, stableTrials * stableRate);
        return KullbackLeibler.LogRatio(batch, stableRate, stableRate, a, b);
    }

    private (double A, double B) Project(double nc, double ns, double t) => margin is { } by
        ? KullbackLeibler.OntoMargin(nc, ns, t, by)
        : KullbackLeibler.OntoRatio(nc, ns, t, t, ratio);
}
