using System.Collections.Immutable;
using Headway.Core.Environments;

namespace Headway.Core.Groups;

/// <summary>What is to be done for a run: what happened since, or a lane that is to go back.</summary>
/// <param name="GoBack">The member whose lane is asked for its release of before.</param>
public sealed record GroupStep(ImmutableArray<GroupEvent> Happened, GroupMember? GoBack)
{
    public static readonly GroupStep Nothing = new([], null);
}

/// <summary>
/// Brings the members of a group out one after the other, and when one is turned away brings all back, the last one first. It decides from the record
/// and from the lanes as they are, so that it goes on wherever a server has died.
/// </summary>
public static class GroupDecider
{
    public static GroupStep Decide(GroupRun run, Func<string, LaneState> laneOf)
    {
        if (run.End is not null) return GroupStep.Nothing;
        return run.BackWhy is null ? Forward(run, laneOf) : Backward(run, laneOf);
    }

    private static GroupStep Forward(GroupRun run, Func<string, LaneState> laneOf)
    {
        if (run.Next is not { } member)
            return Happened(new GroupEvent.Ended(run.Number, GroupEnd.Committed, $"All {run.Members.Length} are out."));
        var lane = laneOf(member.Service);
        if (lane.Open is not null) return GroupStep.Nothing;
        if (lane.Current == member.Release && lane.Hold?.Release != member.Release) return Happened(new GroupEvent.MemberOut(run.Number, member.Service));
        return lane.Hold is { Release: { } held } hold && held == member.Release
            ? Happened(new GroupEvent.TurnedBack(run.Number, member.Service, hold.Why)) : GroupStep.Nothing;
    }

    /// <summary>One lane at a time: what others depend on goes back last.</summary>
    private static GroupStep Backward(GroupRun run, Func<string, LaneState> laneOf)
    {
        var began = run.Members.TakeWhile(member => run.Out.Contains(member.Service)).ToList();
        // Somebody may have asked while one was on its way: it goes back like those that are out.
        if (run.Bad is null && run.Members.Length > began.Count && laneOf(run.Members[began.Count].Service) is var next
            && (next.Open is not null || next.Queued?.Release == run.Members[began.Count].Release || next.Current == run.Members[began.Count].Release))
            began.Add(run.Members[began.Count]);
        if (began.FindLast(each => !run.Back.Contains(each.Service)) is not { } member)
            return Happened(new GroupEvent.Ended(run.Number, GroupEnd.RolledBack, run.Bad is { } bad
                ? $"{run.Member(bad)?.Release} was turned away, and all that were out have gone back. {run.BackWhy}" : $"All have gone back. {run.BackWhy}"));
        var lane = laneOf(member.Service);
        if (member.Before is null) return Happened(new GroupEvent.MemberBack(run.Number, member.Service, null));
        if (lane.Current != member.Release && lane.Open is null && lane.Queued?.Release != member.Release)
            return Happened(new GroupEvent.MemberBack(run.Number, member.Service, lane.Current));
        // What was asked already is on its way.
        return lane.Queued is { Back: true } || (lane.Open is not null && lane.Hold?.Release == member.Release) ? GroupStep.Nothing : new([], member);
    }

    private static GroupStep Happened(GroupEvent happened) => new([happened], null);
}
