namespace Headway.Core.Services;

/// <summary>What happened to the central requirements. The stream is `requirements/all`.</summary>
public abstract record RequirementEvent
{
    private RequirementEvent() { }

    /// <param name="Text">The file as it was given; empty: nothing is required any more.</param>
    public sealed record Set(string Text) : RequirementEvent;
}
