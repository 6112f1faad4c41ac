using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Groups;
using Headway.Core.Rollouts;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Groups;

/// <summary>
/// Carries the runs of groups: looks at their lanes, records what has become of them, and asks lanes to go back. Everything is read off the record, so that a
/// run goes on where a server has died.
/// </summary>
public sealed partial class GroupRuns(Ledger ledger, (IEventStore Store, LedgerReader Reader) record, LaneTurns turns, ILogger<GroupRuns> log) : BackgroundService
{
    private const string Prefix = "group/", Actor = "headway";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, GroupState> _known = new();
    private readonly SemaphoreSlim _alone = new(1);

    /// <summary>False until everything that is recorded is known: before that nothing passes.</summary>
    public bool IsReady { get; private set; }

    public GroupState Of(string group) => _known.GetValueOrDefault(group) ?? GroupState.Empty(group);

    /// <param name="decide">On what is recorded: what happens, or why not.</param>
    public async Task<Refusal?> ChangeAsync(string group, string actor, Func<GroupState, (GroupEvent? Event, Refusal? Refusal)> decide, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            var (happened, refusal) = decide(Of(group));
            if (happened is not null) await AppendAsync(group, actor, happened, stop);
            return refusal;
        }
        finally
        {
            _alone.Release();
        }
    }

    public override void Dispose()
    {
        _alone.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await record.Reader.CaughtUp.WaitAsync(stoppingToken);
            foreach (var head in await record.Store.ReadHeadsAsync(Prefix, stoppingToken))
                _known[head.Stream[Prefix.Length..]] = (await record.Store.LoadAsync<GroupEvent>(head.Stream, stoppingToken))
                    .Aggregate(GroupState.Empty(head.Stream[Prefix.Length..]), (state, each) => state.Evolve(each.Event));
            IsReady = true;
            await FollowAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    /// <summary>At every event of a lane, and now and then, since a lane may have refused.</summary>
    private async Task FollowAsync(CancellationToken stop)
    {
        var events = record.Reader.Follow();
        try
        {
            while (true)
            {
                foreach (var state in _known.Values.Where(state => state.Open is not null)) await TurnAsync(state.Name, stop);
                await Task.WhenAny(events.WaitToReadAsync(stop).AsTask(), Task.Delay(Every, stop));
                stop.ThrowIfCancellationRequested();
                while (events.TryRead(out _))
                {
                    // Only that something happened matters: what is so is read off the lanes.
                }
            }
        }
        finally
        {
            record.Reader.Leave(events);
        }
    }

    private async Task TurnAsync(string group, CancellationToken stop)
    {
        try
        {
            while (await StepAsync(group, stop))
            {
                // What has happened may make more happen.
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            TurnFailed(group, e);
        }
    }

    private async Task<bool> StepAsync(string group, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            if (Of(group).Open is not { } run) return false;
            var step = GroupDecider.Decide(run, service => ledger.Lane(service, run.Environment));
            foreach (var happened in step.Happened) await AppendAsync(group, Actor, happened, stop);
            if (step.GoBack is { } member) await GoBackAsync(group, run, member, stop);
            return !step.Happened.IsEmpty;
        }
        finally
        {
            _alone.Release();
        }
    }

    private async Task GoBackAsync(string group, GroupRun run, GroupMember member, CancellationToken stop)
    {
        var why = $"{group}-g{run.Number} goes back: {run.BackWhy}";
        var lane = ledger.Lane(member.Service, run.Environment);
        var refusal = lane.Open is not null && lane.Current != member.Release
            ? await turns.CommandAsync(lane.Lane, new RolloutCommand.Abort(why), Actor, stop)
            : await turns.LaneCommandAsync(lane.Lane, now => LaneDecider.RollBack(now, member.Before, why), Actor, stop);
        if (refusal is not null) BackRefused(lane.Lane, refusal.Says);
    }

    private async Task AppendAsync(string group, string actor, GroupEvent happened, CancellationToken stop)
    {
        var state = Of(group);
        await record.Store.AppendAsync($"{Prefix}{group}", state.Version, actor, ImmutableArray.Create(happened), stop);
        _known[group] = state.Evolve(happened);
        record.Reader.Poke();
        foreach (var member in _known[group].Last?.Members ?? []) turns.Wake(member.Service, _known[group].Last!.Environment);
    }

    [LoggerMessage(LogLevel.Warning, "The group {Group} could not be looked at; it is looked at again.")]
    private partial void TurnFailed(string group, Exception e);

    [LoggerMessage(LogLevel.Information, "{Lane} does not go back yet: {Says}")]
    private partial void BackRefused(string lane, string says);
}
