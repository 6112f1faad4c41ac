using Headway.Core.Evidence;

namespace Headway.Core.Judging.Signals;

/// <summary>
/// Judges the samples of one signal in one rollout. Every test may be asked at any time and as often as wanted without
/// blaming a release that is no worse more often than its alpha says.
/// </summary>
internal interface ISignalTest
{
    /// <summary>What passes a step starts again; what speaks against the candidate is kept.</summary>
    void StepStarted(JudgeStep step);

    /// <summary>A sample of a source that answered; a side that showed nothing is null.</summary>
    void Observe(SignalSample sample);

    SignalFinding Find();
}
