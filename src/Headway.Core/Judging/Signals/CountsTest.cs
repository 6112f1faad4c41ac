using Headway.Core.Evidence;

namespace Headway.Core.Judging.Signals;

/// <summary>Bad ones out of all: the same processes by which the requests of users are judged.</summary>
/// <param name="alpha">Bound on the probability of ever blaming a candidate that is no worse.</param>
/// <param name="beta">Bound of the pass test of a step.</param>
/// <param name="leastTrials">Candidate trials without which a step does not pass.</param>
internal sealed class CountsTest(double alpha, double beta, double leastTrials = CountsTest.EnoughTrials) : ISignalTest
{
    public const double EnoughTrials = 30;

    private readonly FailProcess fail = new(MixtureDesign.Errors);
    private readonly StableRate rate = new(new(), 0, 0);

    /// <summary>
    /// Requests that fail together are one accident: beside the counts, the candidate has to be the worse side in more
    /// than half of the looks that show anything. The smaller of two e-values is one for either null.
    /// </summary>
    private readonly LimitProcess worseLooks = new(0.5, MixtureDesign.Errors);
    private bool inBulk;
    private PassProcess pass = PassProcess.Margin(0.01);
    private Trials open, all, inStep;
    private int stableLooks, candidateLooks;

    public void StepStarted(JudgeStep step)
    {
        pass = PassProcess.Margin(PassProcess.MarginOf(rate.Value, Math.Max(step.NextShare, 1e-6)));
        (inStep, open) = (default, default);
    }

    public void Observe(SignalSample sample)
    {
        if (sample.Stable is not null) stableLooks++;
        if (sample.Candidate is not null) candidateLooks++;
        open += new Trials(
            sample.Candidate?.Trials ?? 0, sample.Candidate?.Events ?? 0,
            sample.Stable?.Trials ?? 0, sample.Stable?.Events ?? 0);
        if (!open.IsJudgeable) return;
        var stableRate = rate.Value;
        fail.Apply(open, stableRate);
        inBulk |= open.CandidateTrials > 1;
        if (open.CandidateEvents + open.StableEvents > 0)
            worseLooks.Apply(1, open.CandidateEvents * open.StableTrials
                > MixtureDesign.Errors.Theta * open.StableEvents * open.CandidateTrials ? 1 : 0, wakes: true);
        pass.Apply(open, stableRate);
        rate.Observe(open);
        (all, inStep, open) = (all + open, inStep + open, default);
    }

    public SignalFinding Find()
    {
        var logE = fail.GatedLogE(MetricTest.LeastEvents);
        if (inBulk) logE = Math.Min(logE, worseLooks.LogE);
        var bound = Math.Log(1 / alpha);
        var says = $"{all.CandidateEvents:0} of {all.CandidateTrials:0} are bad with the candidate, "
            + $"{all.StableEvents:0} of {all.StableTrials:0} with stable";
        var kind = logE >= bound ? FindingKind.Worse
            : inStep.CandidateTrials < leastTrials ? FindingKind.TooLittle
            : logE < Math.Log(2) && pass.LogE >= Math.Log(1 / beta) ? FindingKind.NotWorse
            : FindingKind.Undecided;
        return new(kind, says, logE, bound)
        {
            Stable = new(all.StableTrials, all.StableEvents, stableLooks, null),
            Candidate = new(all.CandidateTrials, all.CandidateEvents, candidateLooks, null),
        };
    }
}
