using Headway.Server.Journal;
using System.Collections.Concurrent;
using Headway.Core.Environments;
using Headway.Core.Rollouts;
using Headway.Server.Storage;
using Headway.Targets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Rollouts;

/// <summary>Gives every lane its turns, a few at a time.</summary>
public sealed partial class LaneTurns(LaneWorld world, LaneSchedule schedule, LaneTurn turn, ILogger<LaneTurns> log)
    : BackgroundService
{
    private const int AtATime = 4;
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<string, LaneMemory> _lanes = new();

    public IEnumerable<LaneMemory> Lanes => _lanes.Values;

    public LaneMemory? Of(string lane) => _lanes.GetValueOrDefault(lane);

    public void Wake(string service, string environment)
    {
        var memory = _lanes.GetOrAdd($"{service}/{environment}", _ => new(service, environment));
        schedule.Want(memory.Lane, TimeSpan.Zero);
    }

    /// <summary>Hands a trigger to a lane that exists; false when there is no such lane.</summary>
    public bool Send(string lane, LaneTrigger trigger)
    {
        if (!_lanes.TryGetValue(lane, out var memory)) return false;
        memory.Inbox.Enqueue(trigger);
        schedule.Want(lane, TimeSpan.Zero);
        return true;
    }

    /// <summary>A person's word to the open rollout of a lane; the answer comes after the turn that stored it.</summary>
    public async Task<Refusal?> CommandAsync(string lane, RolloutCommand command, string actor, CancellationToken stop)
    {
        var answer = new TaskCompletionSource<Refusal?>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Send(lane, new LaneTrigger.Command(command, actor, answer))
            ? await answer.Task.WaitAsync(stop)
            : new Refusal("lane.unknown", $"There is no lane {lane}.");
    }

    public async Task<Refusal?> LaneCommandAsync(
        string lane, Func<LaneState, (LaneEvent?, Refusal?)> asks, string actor, CancellationToken stop)
    {
        var answer = new TaskCompletionSource<Refusal?>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Send(lane, new LaneTrigger.LaneCommand(asks, actor, answer))
            ? await answer.Task.WaitAsync(stop)
            : new Refusal("lane.unknown", $"There is no lane {lane}.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await world.Reader.CaughtUp.WaitAsync(stoppingToken);
        if (world.Intent is { } intent)
            intent.Told = written => Send(written.Lane, new LaneTrigger.Written(written.Release, written.Commit, written.Says));
        foreach (var service in world.Ledger.Services)
            foreach (var environment in service.Environments) Wake(service.Name, environment.Name);
        // Also where the environment is not in headway.yaml any more and something still runs.
        foreach (var lane in world.Ledger.Lanes.Where(lane => lane.Current is not null || lane.Open is not null)) Wake(lane.Service, lane.Environment);
        var workers = Enumerable.Range(0, AtATime).Select(_ => WorkAsync(stoppingToken));
        await Task.WhenAll(workers.Append(LaneWakes.FollowAsync(world, this, stoppingToken)));
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        while (true)
        {
            var lane = await schedule.NextAsync(stop);
            var next = await TakeAsync(_lanes[lane], stop);
            schedule.Done(lane, next);
        }
    }

    private async Task<TimeSpan> TakeAsync(LaneMemory memory, CancellationToken stop)
    {
        try
        {
            var next = await turn.TakeAsync(memory, stop);
            memory.Failures = 0;
            return next;
        }
        catch (VersionConflictException conflict)
        {
            LogConflict(memory.Lane, conflict.Message);
            memory.Forget();
            return TimeSpan.Zero;
        }
        catch (FenceRefusedException refused)
        {
            LogConflict(memory.Lane, refused.Message);
            memory.Forget();
            return TimeSpan.FromMilliseconds(250);
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            LogFailure(memory.Lane, failure);
            memory.Trouble = failure.Message;
            memory.Forget();
            var backOff = TimeSpan.FromMilliseconds(250 * Math.Pow(2, Math.Min(memory.Failures++, 10)));
            return backOff < LongestBackOff ? backOff : LongestBackOff;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Lane}: {Says} Loading again.")]
    private partial void LogConflict(string lane, string says);

    [LoggerMessage(Level = LogLevel.Error, Message = "A turn of {Lane} failed; it is taken again.")]
    private partial void LogFailure(string lane, Exception failure);
}
