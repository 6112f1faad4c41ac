using Headway.Server.Journal;

namespace Headway.Server.Rollouts;

/// <summary>Wakes the lanes that an event of the record is about.</summary>
internal static class LaneWakes
{
    public static async Task FollowAsync(LaneWorld world, LaneTurns turns, CancellationToken stop)
    {
        var events = world.Reader.Follow();
        await foreach (var stored in events.ReadAllAsync(stop))
            switch (stored.Type)
            {
                case "run.finished":
                    // One that made no release may have tried one that waits to go on.
                    if (world.Ledger.Run(stored.Stream["run/".Length..]) is { } run
                        && world.Ledger.Service(run.Service) is { } service)
                        foreach (var environment in service.Environments) turns.Wake(service.Name, environment.Name);
                    break;
                case "config.changed":
                    if (world.Ledger.Service(stored.Stream["config/".Length..]) is { } configured)
                        foreach (var environment in configured.Environments) turns.Wake(configured.Name, environment.Name);
                    break;
                case var said when said.StartsWith("approval.", StringComparison.Ordinal):
                    turns.Send(stored.Stream["approvals/".Length..], new LaneTrigger.Wake());
                    break;
                case "lane.releasePromoted" or "lane.rolloutClosed":
                    var lane = stored.Stream["lane/".Length..];
                    var slash = lane.LastIndexOf('/');
                    foreach (var after in Promotions.After(world.Ledger, lane[..slash], lane[(slash + 1)..]))
                        turns.Send(after, new LaneTrigger.Wake());
                    break;
            }
    }
}
