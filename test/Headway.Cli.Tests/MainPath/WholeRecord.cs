using Headway.Core.Environments;
using Headway.Core.Rollouts;
using Headway.Server.Storage;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>All that a server has kept, in order, with what has to be true of it whatever happened.</summary>
internal sealed class WholeRecord
{
    private readonly List<(string Stream, object Event)> _events = [];

    private WholeRecord(ChainReport chain) => Chain = chain;

    public ChainReport Chain { get; }

    public List<StoredEvent> Stored { get; } = [];

    public static async Task<WholeRecord> ReadAsync(string folder)
    {
        await using var store = await EventStores.OpenAsync(
            new StorageOptions { DataFolder = folder }, TimeProvider.System, default);
        var record = new WholeRecord(await store.VerifyAsync(default));
        for (var position = 0L; await store.ReadAllAsync(position, 1000, default) is { Length: > 0 } page;
            position = page[^1].Position)
            foreach (var stored in page)
            {
                record.Stored.Add(stored);
                record._events.Add((stored.Stream, EventTypes.Known.Read(stored)));
            }
        return record;
    }

    /// <summary>The chain verifies; each rollout begins and ends once; a lane has one open rollout at a time.</summary>
    public void HoldsTogether()
    {
        Assert.Null(Chain.Problem);
        var rollouts = _events.Where(each => each.Event is RolloutEvent).GroupBy(each => each.Stream).ToList();
        Assert.NotEmpty(rollouts);
        foreach (var rollout in rollouts)
        {
            Assert.Single(rollout, each => each.Event is RolloutEvent.Started);
            Assert.Single(rollout, each => each.Event is RolloutEvent.Ended);
            Assert.True(rollout.Count(each => each.Event is RolloutEvent.RollbackStarted) <= 1, rollout.Key);
        }
        // Only a person brings a release a second time.
        Assert.Distinct(rollouts.Select(rollout => rollout.Select(each => each.Event)
            .OfType<RolloutEvent.Started>().Single()).Where(started => started.Plan.Strategy != "rollback")
            .Select(started => (started.Environment, started.Candidate)));
        foreach (var lane in _events.Where(each => each.Event is LaneEvent).GroupBy(each => each.Stream))
        {
            var open = 0;
            foreach (var (_, happened) in lane)
            {
                open += happened is LaneEvent.RolloutOpened ? 1 : happened is LaneEvent.RolloutClosed ? -1 : 0;
                Assert.True(open is 0 or 1, $"{lane.Key} has {open} open rollouts.");
            }
        }
    }
}
