namespace Headway.Core.Judging;

public sealed record IncidentDesign
{
    public double Decay { get; init; } = 0.95;
    public double StartTrials { get; init; } = 200;
    public double Factor { get; init; } = 3;
    public double Margin { get; init; } = 0.02;
    public double LeastTrials { get; init; } = 20;

    /// <summary>The usual rate stands still while the hold is on.</summary>
    public bool Freezes { get; init; } = true;
}

/// <summary>
/// Stable itself fails much more than usual: an incident. While it lasts nothing is promoted and nobody is blamed.
/// The usual rate is frozen while the hold is on; unfrozen it would follow the incident and let go of it after some
/// three minutes.
/// </summary>
public sealed class IncidentHold(IncidentDesign design, double usualRate)
{
    private double events = usualRate * design.StartTrials;
    private double frozen;

    public bool IsOn { get; private set; }

    /// <summary>The trials that the recent rate stands on.</summary>
    public double Trials { get; private set; } = design.StartTrials;

    public double RecentRate => Trials > 0 ? events / Trials : 0;

    /// <summary>The usual rate that the recent one is compared with.</summary>
    public double UsualRate { get; private set; } = usualRate;

    /// <param name="stableEvents">k_s of the tick.</param>
    /// <param name="stableTrials">n_s of the tick.</param>
    /// <param name="usual">The plug-in from before this tick's batch.</param>
    public bool Tick(double stableEvents, double stableTrials, double usual)
    {
        events = design.Decay * events + stableEvents;
        Trials = design.Decay * Trials + stableTrials;
        UsualRate = IsOn && design.Freezes ? frozen : usual;
        var isOn = Trials >= design.LeastTrials
            && events / Trials > Math.Max(design.Factor * UsualRate, UsualRate + design.Margin);
        if (isOn && !IsOn) frozen = UsualRate;
        IsOn = isOn;
        return isOn;
    }
}
