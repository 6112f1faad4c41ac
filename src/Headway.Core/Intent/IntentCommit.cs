using Headway.Core.Environments;

namespace Headway.Core.Intent;

/// <summary>First line and reason of the commit that writes a lane's intent.</summary>
public sealed record IntentCommit(string Subject, string Why, string By)
{
    /// <param name="before">What the file said before; null when there was none.</param>
    public static IntentCommit Of(LaneState lane, LaneIntent now, LaneIntent? before)
    {
        if (lane.Queued is { Back: false } queued && now.Release == queued.Release)
            return new($"Promote {queued.Release} in {lane.Environment}", queued.Why, queued.By);
        if (lane.EmptiedWhy is { } why && before?.Release is not null)
            return new($"Empty {lane.Environment} of {lane.Service}", why, lane.HeldBy ?? "headway");
        if (now.Release != before?.Release && lane.Recorded?.Release is { } left && left != now.Release)
            return Revert(lane, lane.Came.GetValueOrDefault(left) ?? lane.Recorded, now);
        if (now.Hold is { } hold && before?.Hold is null)
            return new($"Hold {hold.Release ?? lane.Service} in {lane.Environment}", hold.Why, lane.HeldBy ?? "headway");
        return now.Hold is null && before?.Hold is not null
            ? new($"Lift the hold of {lane.Service} in {lane.Environment}", "", lane.HeldBy ?? "headway")
            : new($"{lane.Service} has {now.Release ?? "nothing"} in {lane.Environment}", "As it is out here.", "headway");
    }

    /// <summary>Somebody's commit is in history and is not obeyed; this one after it says why, and what holds.</summary>
    public static IntentCommit Against(LaneState lane, LaneIntent now, string says, string commit) =>
        new($"Keep {now.Release ?? "nothing"} in {lane.Environment}", $"{says}\n\nThis decides against commit {commit}.", "headway");

    /// <summary>As `git revert` says it, so that every tool that knows reverts knows this one.</summary>
    private static IntentCommit Revert(LaneState lane, RecordedIntent left, LaneIntent now)
    {
        var says = left.Says.Length > 0 ? left.Says : $"Promote {left.Release} in {lane.Environment}";
        return new($"Revert \"{says}\"", $"This reverts commit {left.Commit}.\n\n{lane.Hold?.Why ?? $"{now.Release} is out here."}",
            lane.HeldBy ?? "headway");
    }
}
