namespace Headway.Core.Intent;

/// <summary>What a person's commit to a lane's file comes to.</summary>
public abstract record IntentAsk
{
    private IntentAsk() { }

    /// <summary>The release is to come here: through the gates, like any other.</summary>
    public sealed record Want(string Release) : IntentAsk;

    /// <summary>A release that was good here before is to come back, at once.</summary>
    public sealed record GoBack(string Release) : IntentAsk;

    /// <param name="Release">Null holds everything.</param>
    public sealed record Hold(string? Release, string Why) : IntentAsk;

    public sealed record Lift : IntentAsk;

    /// <summary>It cannot be obeyed, and why; the intent before stays in force, and the file is for people to mend.</summary>
    public sealed record Problem(string Says) : IntentAsk;

    /// <summary>A rule decides against it: a commit after it puts the file back and says why.</summary>
    public sealed record Against(string Release, string Says) : IntentAsk;
}
