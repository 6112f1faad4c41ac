using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.Groups;

/// <summary>What happened to the releases of a group. The stream is `group/NAME`; a run is one try to bring them out, numbered 1, 2, 3 ...</summary>
public abstract record GroupEvent
{
    private GroupEvent() { }

    /// <param name="Members">In the order in which they come.</param>
    public sealed record Started(int Run, string Environment, ImmutableArray<GroupMember> Members, string Why) : GroupEvent;

    /// <summary>A member is out, and the next one may come.</summary>
    public sealed record MemberOut(int Run, string Service) : GroupEvent;

    /// <summary>From here on all that are out go back, the last one first.</summary>
    /// <param name="Service">Whose release was turned away; null when somebody asked for it.</param>
    public sealed record TurnedBack(int Run, string? Service, string Why) : GroupEvent;

    /// <param name="To">What its users have now; null when there was nothing to go back to, and it stays.</param>
    public sealed record MemberBack(int Run, string Service, string? To) : GroupEvent;

    public sealed record Ended(int Run, GroupEnd End, string Says) : GroupEvent;
}

/// <param name="Before">What was out when the run began; null when nothing was.</param>
public sealed record GroupMember(string Service, string Release, string? Before);

[JsonConverter(typeof(JsonStringEnumConverter<GroupEnd>))]
public enum GroupEnd
{
    /// <summary>All are out.</summary>
    Committed,
    /// <summary>All have what they had before.</summary>
    RolledBack,
}
