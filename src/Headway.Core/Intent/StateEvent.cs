namespace Headway.Core.Intent;

/// <summary>What happened to the state repo itself; what its files say happens to lanes.</summary>
public abstract record StateEvent
{
    private StateEvent() { }

    /// <summary>Somebody has pushed to the server; whoever it was is the actor, whatever the commits say of their authors.</summary>
    /// <param name="From">Full object name; null where nothing was there.</param>
    /// <param name="To">Full object name.</param>
    public sealed record Pushed(string? From, string To) : StateEvent;

    /// <summary>Where it is kept from now on; null is here alone.</summary>
    public sealed record KeptAt(string? Url, string? Branch) : StateEvent;
}
