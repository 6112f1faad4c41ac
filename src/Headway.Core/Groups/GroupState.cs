using System.Collections.Immutable;

namespace Headway.Core.Groups;

/// <summary>A fold of a group's events.</summary>
public sealed record GroupState(string Name, ImmutableArray<GroupRun> Runs, long Version)
{
    private const int Kept = 20;

    public GroupRun? Open => Runs.LastOrDefault(run => run.End is null);

    public GroupRun? Last => Runs.IsEmpty ? null : Runs[^1];

    public static GroupState Empty(string name) => new(name, [], 0);

    public GroupState Evolve(GroupEvent happened) => this with { Version = Version + 1, Runs = After(happened) };

    private ImmutableArray<GroupRun> After(GroupEvent happened) => happened switch
    {
        GroupEvent.Started e => [.. Runs.Append(new(e.Run, e.Environment, e.Members, [], [], null, null, null) { Why = e.Why }).TakeLast(Kept)],
        GroupEvent.MemberOut e => With(e.Run, run => run with { Out = run.Out.Add(e.Service) }),
        GroupEvent.TurnedBack e => With(e.Run, run => run with { Bad = e.Service, BackWhy = e.Why, End = null, Says = null }),
        GroupEvent.MemberBack e => With(e.Run, run => run with { Back = run.Back.Add(e.Service) }),
        GroupEvent.Ended e => With(e.Run, run => run with { End = e.End, Says = e.Says }),
        _ => throw new InvalidOperationException($"No arm for {happened.GetType().Name}."),
    };

    private ImmutableArray<GroupRun> With(int number, Func<GroupRun, GroupRun> change) =>
        [.. Runs.Select(run => run.Number == number ? change(run) : run)];
}

/// <param name="Out">Services that are out, in order.</param>
/// <param name="Back">Services that have gone back.</param>
/// <param name="Bad">Whose release was turned away.</param>
/// <param name="BackWhy">Null while it goes forward.</param>
public sealed record GroupRun(
    int Number, string Environment, ImmutableArray<GroupMember> Members, ImmutableArray<string> Out, ImmutableArray<string> Back,
    string? Bad, string? BackWhy, GroupEnd? End, string? Says = null)
{
    /// <summary>Why it was started.</summary>
    public string Why { get; init; } = "";

    public GroupMember? Member(string service) => Members.FirstOrDefault(member => member.Service == service);

    /// <summary>Whose turn it is: the first that is not out yet; null when all are, or when it goes back.</summary>
    public GroupMember? Next => BackWhy is not null ? null : Members.FirstOrDefault(member => !Out.Contains(member.Service));
}
