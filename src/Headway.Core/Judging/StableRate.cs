namespace Headway.Core.Judging;

/// <summary>How the plug-in estimate of stable's rate starts, forgets and is bounded.</summary>
public sealed record StableRateDesign
{
    public double PriorEvents { get; init; } = 0.5;
    public double PriorTrials { get; init; } = 50;

    /// <summary>What a batch leaves of everything before it: a memory of about 500 batches.</summary>
    public double Decay { get; init; } = 0.998;

    public double Lowest { get; init; } = 1e-5;
    public double Highest { get; init; } = 0.9;
}

/// <summary>
/// What stable's rate is expected to be in the next batch, from the past alone. A wrong value costs power, never
/// validity.
/// </summary>
public sealed class StableRate(StableRateDesign design, double pastEvents, double pastTrials)
{
    public double Events { get; private set; } = pastEvents + design.PriorEvents;

    public double Trials { get; private set; } = pastTrials + design.PriorTrials;

    public double Value => Math.Clamp(Events / Trials, design.Lowest, design.Highest);

    public void Observe(in Trials batch)
    {
        Events = design.Decay * Events + batch.StableEvents;
        Trials = design.Decay * Trials + batch.StableTrials;
    }
}
