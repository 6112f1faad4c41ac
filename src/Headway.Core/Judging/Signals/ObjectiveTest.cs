using Headway.Core.Evidence;

namespace Headway.Core.Judging.Signals;

/// <summary>The candidate's bad ones out of all against a fixed part: harm that needs no stable to compare with.</summary>
/// <param name="alpha">Bound on the probability of ever blaming a candidate within the limit.</param>
internal sealed class ObjectiveTest(SignalTest.Objective objective, double alpha) : ISignalTest
{
    private readonly LimitProcess process = new(objective.AtMost, MixtureDesign.Errors);
    private double trials, events, inStep;
    private int looks;

    public void StepStarted(JudgeStep step) => inStep = 0;

    public void Observe(SignalSample sample)
    {
        if (sample.Candidate is not { } side) return;
        looks++;
        process.Apply(side.Trials, side.Events, wakes: true);
        (trials, events, inStep) = (trials + side.Trials, events + side.Events, inStep + side.Trials);
    }

    public SignalFinding Find()
    {
        var (logE, bound) = (process.GatedLogE(MetricTest.LeastEvents), Math.Log(1 / alpha));
        var kind = logE >= bound ? FindingKind.Worse
            : inStep < (objective.LeastTrials ?? CountsTest.EnoughTrials) ? FindingKind.TooLittle
            : logE < Math.Log(2) && events <= objective.AtMost * trials ? FindingKind.NotWorse
            : FindingKind.Undecided;
        return new(kind, $"{events:0} of {trials:0} are bad with the candidate, at most {objective.AtMost * 100:0.##} % may",
            logE, bound) { Candidate = new(trials, events, looks, null) };
    }
}
