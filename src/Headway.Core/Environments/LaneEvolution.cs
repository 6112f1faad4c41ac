using Headway.Core.Rollouts;

namespace Headway.Core.Environments;

/// <summary>state + event = state, for a lane.</summary>
public static class LaneEvolution
{
    private const int GoodKept = 20;

    public static LaneState Fold(string service, string environment, IEnumerable<Recorded<LaneEvent>> events) =>
        events.Aggregate(LaneState.Empty(service, environment), Evolve);

    public static LaneState Evolve(LaneState lane, Recorded<LaneEvent> recorded) =>
        After(lane, recorded) with { Version = recorded.Version, Position = recorded.Position };

    private static LaneState After(LaneState lane, Recorded<LaneEvent> recorded) => recorded.Event switch
    {
        LaneEvent.PromotionDecided e => lane with
        {
            Queued = new(e.Release, e.Number, e.Why, Back: false) { By = recorded.Actor, Version = recorded.Version },
            Newest = Math.Max(lane.Newest, e.Number),
            NewestRevision = RevisionAfter(lane, e.Number, e.Revision),
            EmptiedWhy = null,
            // A newer release ends a hold on an older one; a hold on everything stays until lifted.
            Hold = lane.Hold is { Release: not null } ? null : lane.Hold,
        },
        // The release that is left must not come back by itself: a newer one ends the hold.
        LaneEvent.RollbackRequested e => lane with
        {
            Queued = new(e.ToRelease, lane.Newest, e.Why, Back: true) { By = recorded.Actor, Version = recorded.Version },
            Hold = new(lane.Current, e.Why, recorded.At),
            HeldBy = recorded.Actor,
        },
        LaneEvent.IntentRecorded e => Written(lane, e),
        LaneEvent.RolloutOpened e => lane with { Open = e.Rollout, Queued = null, Rollouts = lane.Rollouts + 1 },
        LaneEvent.ReleasePromoted e => lane with { Current = e.Release },
        LaneEvent.RolloutClosed e => lane with
        {
            Open = null,
            Current = e.Current,
            Queued = lane.Queued?.Release == e.Current ? null : lane.Queued,
            Good = e.End == RolloutEnd.Completed && e.Current is not null
                ? [.. lane.Good.Where(r => r != e.Current).Append(e.Current).TakeLast(GoodKept)] : lane.Good,
        },
        LaneEvent.Emptied e => lane with
        {
            Current = null,
            Queued = null,
            Good = [],
            Hold = lane.Hold is { Release: null } ? lane.Hold : null,
            HeldBy = recorded.Actor,
            EmptiedWhy = e.Why,
        },
        LaneEvent.HoldPlaced e => lane with { Hold = HoldAfter(lane, e, recorded.At), HeldBy = recorded.Actor },
        LaneEvent.ReleaseRejected e => lane with
        {
            Hold = lane.Hold is { Release: null } ? lane.Hold : new(e.Release, e.Why, recorded.At),
            HeldBy = recorded.Actor,
            Newest = Math.Max(lane.Newest, e.Number),
            NewestRevision = RevisionAfter(lane, e.Number, e.Revision),
            Queued = lane.Queued?.Release == e.Release ? null : lane.Queued,
        },
        LaneEvent.HoldLifted e => lane with
        {
            Hold = null,
            HeldBy = recorded.Actor,
            Queued = lane.Queued ?? (Again(lane, e.Why) is { } again ? again with { By = recorded.Actor, Version = recorded.Version } : null),
        },
        _ => throw new InvalidOperationException($"No arm for {recorded.Event.GetType().Name}."),
    };

    private static int RevisionAfter(LaneState lane, int number, int revision) =>
        number > lane.Newest ? revision : number == lane.Newest ? Math.Max(lane.NewestRevision, revision) : lane.NewestRevision;

    private static LaneState Written(LaneState lane, LaneEvent.IntentRecorded written)
    {
        var recorded = new RecordedIntent(written.Release, written.Commit) { Says = written.Says };
        var isQueued = lane.Queued is { Back: false } queued && queued.Release == written.Release;
        // A hold is a commit too, and brings nothing here.
        var brings = written.Release is not null && (written.Release != lane.Recorded?.Release || isQueued);
        return lane with
        {
            Recorded = recorded,
            Queued = isQueued ? lane.Queued! with { Commit = written.Commit } : lane.Queued,
            Came = !brings ? lane.Came : lane.Came
                .RemoveRange(lane.Came.Keys.Where(release => release != lane.Current && !lane.Good.Contains(release)))
                .SetItem(written.Release!, recorded),
        };
    }

    /// <summary>A release that was turned away is tried again when a person lifts its hold; a newer one would have ended it.</summary>
    private static QueuedRelease? Again(LaneState lane, string why) =>
        lane.Open is null && lane.Hold is { Release: { } held } && held != lane.Current ? new(held, lane.Newest, why, Back: false) : null;

    /// <summary>
    /// A release that is turned away never lifts a person's hold on everything. And when a newer one waits already,
    /// nothing is held: the newer one would end the hold if it came now, so it does when it came before.
    /// </summary>
    private static Hold? HoldAfter(LaneState lane, LaneEvent.HoldPlaced placed, DateTimeOffset at)
    {
        if (placed.Release is not null && lane.Hold is { Release: null }) return lane.Hold;
        if (placed.Release is not null && lane.Queued is { Back: false } newer && newer.Release != placed.Release) return null;
        return new(placed.Release, placed.Why, at);
    }
}
