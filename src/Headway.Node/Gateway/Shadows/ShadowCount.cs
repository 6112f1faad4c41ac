using Headway.Core.Evidence;

namespace Headway.Node.Gateway.Shadows;

/// <summary>Trials and bad ones of one signal on both sides since it was last asked.</summary>
internal sealed class ShadowCount(string signal)
{
    private double stableTrials, stableEvents, candidateTrials, candidateEvents;

    public string Signal => signal;
    public ShadowExamples Examples { get; } = new();

    public void Stable(bool isBad)
    {
        stableTrials++;
        if (isBad) stableEvents++;
    }

    public void Candidate(bool isBad)
    {
        candidateTrials++;
        if (isBad) candidateEvents++;
    }

    /// <summary>What there is to tell, or nulls.</summary>
    public (SideReading? Stable, SideReading? Candidate) Close(string stable, string candidate)
    {
        var sides = (
            stableTrials > 0 ? SideReading.Counted(stable, stableTrials, stableEvents) : null,
            candidateTrials > 0
                ? SideReading.Counted(candidate, candidateTrials, candidateEvents) with { Examples = Examples.News() } : null);
        (stableTrials, stableEvents, candidateTrials, candidateEvents) = (0, 0, 0, 0);
        return sides;
    }
}
