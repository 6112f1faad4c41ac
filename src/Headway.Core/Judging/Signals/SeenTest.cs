using Headway.Core.Evidence;

namespace Headway.Core.Judging.Signals;

/// <summary>The candidate shows something in every step. That it shows nothing is told by the judge of the signal.</summary>
internal sealed class SeenTest : ISignalTest
{
    private int stable, candidate, inStep;

    public void StepStarted(JudgeStep step) => inStep = 0;

    public void Observe(SignalSample sample)
    {
        if (sample.Stable is not null) stable++;
        if (sample.Candidate is null) return;
        candidate++;
        inStep++;
    }

    public SignalFinding Find() => new(
        inStep > 0 ? FindingKind.NotWorse : FindingKind.TooLittle,
        inStep > 0 ? "the candidate is seen" : "the candidate has not been seen in this step", 0, double.PositiveInfinity)
    {
        Stable = new(0, 0, stable, null),
        Candidate = new(0, 0, candidate, null),
    };
}
