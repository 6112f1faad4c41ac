using System.Collections.Immutable;
using Headway.Core.Releases;
using Headway.Core.Rollouts;

namespace Headway.Core.Environments;

/// <summary>What a lane does next, apart from the rollout that is open in it.</summary>
public static class LaneDecider
{
    /// <summary>The queued release may be rolled out now: nothing is open, and no hold is in its way.</summary>
    public static QueuedRelease? Next(LaneState lane) =>
        lane.Open is null && lane.Queued is { } queued && (queued.Back || lane.Hold is null) ? queued : null;

    /// <summary>
    /// A release that passed the stage before (the pipeline, or the previous environment) is wanted here; asked on every
    /// turn. What a person asked to go back to is never pushed out of the queue: the newer release comes after it.
    /// </summary>
    /// <param name="revision">Of its configuration: a newer one of the same release is newer.</param>
    public static LaneEvent? Promote(LaneState lane, (string Id, int Number, int Revision) release, string why) =>
        (release.Number, release.Revision).CompareTo((lane.Newest, lane.NewestRevision)) > 0 && lane.Queued is not { Back: true }
            && !IsKeptOut(lane, release)
            ? new LaneEvent.PromotionDecided(release.Id, release.Number, why) { Revision = release.Revision } : null;

    /// <summary>A person has put a hold on this very release, in whatever configuration: another configuration is no other release.</summary>
    private static bool IsKeptOut(LaneState lane, (string Id, int Number, int Revision) release) =>
        lane.Hold is { Release: { } held } && lane.HeldBy is { } by && by != "headway" && Release.BaseOf(held) == Release.BaseOf(release.Id);

    /// <summary>What the lane records when its rollout records something.</summary>
    public static ImmutableArray<LaneEvent> Follow(RolloutState before, IEnumerable<RolloutEvent> happened)
    {
        var events = ImmutableArray.CreateBuilder<LaneEvent>();
        foreach (var e in happened)
            switch (e)
            {
                case RolloutEvent.Promoted:
                    events.Add(new LaneEvent.ReleasePromoted(before.Id, before.Candidate));
                    break;
                case RolloutEvent.Ended ended:
                    var kept = ended.End is RolloutEnd.Completed or RolloutEnd.PastReturn;
                    events.Add(new LaneEvent.RolloutClosed(before.Id, ended.End, kept ? before.Candidate : before.Stable));
                    if (!kept || ended.End is RolloutEnd.PastReturn)
                        events.Add(new LaneEvent.HoldPlaced(before.Candidate, $"{before.Candidate}: {ended.Why}"));
                    break;
            }
        return events.ToImmutable();
    }

    /// <summary>Nothing is to run here any more.</summary>
    public static (LaneEvent? Event, Refusal? Refusal) Empty(LaneState lane, string why) =>
        lane.Open is { } open ? (null, new("lane.rollout", $"{open} is under way: `headway rollouts abort {open}` first, or wait for its end."))
        : lane.EmptiedWhy is { } empty ? (null, new("lane.empty", $"Nothing runs in {lane.Lane} any more: {empty}"))
        : lane.Current is null && lane.Queued is null ? (null, new("lane.empty", $"Nothing runs in {lane.Lane}."))
        : (new LaneEvent.Emptied(why), null);

    /// <summary>A person wants an earlier release: null asks for the newest good one that is not the current one.</summary>
    public static (LaneEvent? Event, Refusal? Refusal) RollBack(LaneState lane, string? to, string why)
    {
        var target = to ?? lane.Good.LastOrDefault(r => r != lane.Current);
        if (target is null)
            return (null, new("lane.noEarlier",
                $"{lane.Lane} has no earlier release that completed here, so there is nothing to go back to."));
        if (target == lane.Current)
            return (null, new("lane.same", $"{lane.Lane} is on {target} already."));
        if (!lane.Good.Contains(target))
            return (null, new("lane.notGood",
                $"{target} never completed in {lane.Lane}. These did: {string.Join(", ", lane.Good.Reverse())}."));
        return (new LaneEvent.RollbackRequested(target, why), null);
    }
}
