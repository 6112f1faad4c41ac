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
            Queued = new(e.Release, e.Number, e.Why, Back: false),
            Newest = Math.Max(lane.Newest, e.Number),
            // A newer release ends a hold on an older one; a hold on everything stays until lifted.
            Hold = lane.Hold is { Release: not null } ? null : lane.Hold,
        },
        // The release that is left must not come back by itself: a newer one ends the hold.
        LaneEvent.RollbackRequested e => lane with
        {
            Queued = new(e.ToRelease, lane.Newest, e.Why, Back: true),
            Hold = new(lane.Current, e.Why, recorded.At),
        },
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
        LaneEvent.HoldPlaced e => lane with { Hold = HoldAfter(lane, e, recorded.At) },
        LaneEvent.HoldLifted e => lane with { Hold = null, Queued = lane.Queued ?? Again(lane, e.Why) },
        _ => throw new InvalidOperationException($"No arm for {recorded.Event.GetType().Name}."),
    };

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
