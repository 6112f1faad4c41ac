namespace Headway.Core.Judging.Signals;

/// <summary>What a test of a signal has found.</summary>
public enum FindingKind
{
    /// <summary>Not enough was seen in this step to say anything.</summary>
    TooLittle,
    /// <summary>Enough was seen; neither proven.</summary>
    Undecided,
    NotWorse,
    Worse,
    /// <summary>As bad as can be proven, and so is stable: nobody is blamed, and nothing promoted.</summary>
    Nobody,
}

/// <param name="Says">A clause without full stop, beginning in lower case: `12 of 80 payments fail, ...`.</param>
/// <param name="LogE">ln of the evidence against the candidate.</param>
/// <param name="LogEToRollBack">From which on it is proof.</param>
public sealed record SignalFinding(FindingKind Kind, string Says, double LogE, double LogEToRollBack)
{
    public SideSummary? Stable { get; init; }

    public SideSummary? Candidate { get; init; }
}
