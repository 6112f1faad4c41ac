using Headway.Server.Journal;
using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Server.Storage;

namespace Headway.Server.Rollouts;

/// <summary>
/// One turn of one lane: observe, judge, decide, append, act, in this order. The only place from which a rollout
/// changes. At most one turn a lane runs at a time; a turn that is abandoned anywhere can be taken again.
/// </summary>
public sealed class LaneTurn(LaneWorld world, TimeProvider time)
{
    public const string System = "headway";
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Watching = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HoldingBack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Resting = TimeSpan.FromSeconds(10);

    /// <summary>Takes a turn and says when the lane wants the next one at the latest.</summary>
    public async Task<TimeSpan> TakeAsync(LaneMemory memory, CancellationToken stop)
    {
        memory.Trouble = null;
        await LoadAsync(memory, stop);
        await ReadInboxAsync(memory, stop);
        await TakePromotionAsync(memory, stop);
        world.Intent?.Offer(memory.State!);
        if (memory.Open is null && LaneDecider.Next(memory.State!) is { } queued && MayStart(queued))
            await LaneOpening.OpenAsync(world, memory, queued, time.GetUtcNow(), stop);
        Elapse(memory);
        memory.Seen = await LookAsync(memory, stop);
        var moved = memory.Open is not null && await DecideAsync(memory, memory.Seen, stop);
        await ActAsync(memory, stop);
        return memory.Planned = moved ? TimeSpan.Zero : Pace(memory);
    }

    /// <summary>A release starts from the commit that wants it; a way back starts at once, and the commit follows.</summary>
    private bool MayStart(QueuedRelease queued) => queued.Back || queued.Commit is not null || world.Intent is null;

    private async Task LoadAsync(LaneMemory memory, CancellationToken stop)
    {
        if (memory.State is not null) return;
        var events = await world.Store.LoadAsync<LaneEvent>(LaneStreams.Lane(memory.Lane), stop);
        var lane = LaneEvolution.Fold(memory.Service, memory.Environment, events);
        if (lane.Open is { } open)
        {
            memory.Open = RolloutEvolution.Fold(await world.Store.LoadAsync<RolloutEvent>(LaneStreams.Rollout(open), stop));
            memory.Judge = await LaneJudging.RestoreAsync(world, memory.Open!, time.GetUtcNow(), stop);
        }
        memory.State = lane;
    }

    private async Task ReadInboxAsync(LaneMemory memory, CancellationToken stop)
    {
        while (memory.Inbox.TryPeek(out var trigger))
        {
            switch (trigger)
            {
                case LaneTrigger.Evidence evidence: memory.Judge?.Observe(evidence.Batch); break;
                case LaneTrigger.Sample sample: memory.Judge?.Observe(sample.Look); break;
                case LaneTrigger.Written written: await NoteAsync(memory, written, stop); break;
                case LaneTrigger.Command command: await ObeyAsync(memory, command, stop); break;
                case LaneTrigger.LaneCommand command: await ObeyAsync(memory, command, stop); break;
            }
            memory.Inbox.TryDequeue(out _);
        }
    }

    private async Task ObeyAsync(LaneMemory memory, LaneTrigger.Command command, CancellationToken stop)
    {
        var (events, refusal) = memory.Open is null
            ? ([], new Refusal("rollout.ended", "That rollout is not open any more."))
            : RolloutCommands.Decide(memory.Open, command.Asks);
        if (refusal is null) await LaneAppend.RolloutAsync(world, memory, events, command.Actor, stop);
        command.Answer.TrySetResult(refusal);
    }

    private async Task ObeyAsync(LaneMemory memory, LaneTrigger.LaneCommand command, CancellationToken stop)
    {
        var (happened, refusal) = command.Asks(memory.State!);
        if (happened is not null) await LaneAppend.LaneAsync(world, memory, happened, command.Actor, stop);
        command.Answer.TrySetResult(refusal);
    }

    /// <summary>Once for each commit; what was wanted meanwhile is written by itself.</summary>
    private async Task NoteAsync(LaneMemory memory, LaneTrigger.Written written, CancellationToken stop)
    {
        if (memory.State!.Recorded?.Commit == written.Commit
            && (memory.State.Queued is not { Back: false, Commit: null } queued || queued.Release != written.Release)) return;
        await LaneAppend.LaneAsync(
            world, memory, new LaneEvent.IntentRecorded(written.Release, written.Commit, written.Says), LaneTurn.System, stop);
    }

    /// <summary>The stage before has a newer release than this lane has ever wanted: it is wanted here now.</summary>
    private async Task TakePromotionAsync(LaneMemory memory, CancellationToken stop)
    {
        var promotion = Promotions.Of(world, memory.State!);
        memory.Gate = promotion.Gate;
        if (promotion.Wanted is not null)
        {
            await LaneAppend.LaneAsync(world, memory, promotion.Wanted, promotion.By, stop);
            if (world.Wishes is { } wishes) await wishes.GrantedAsync(memory.Lane, stop);
        }
        if (memory.Open is not { IsOpen: true } open || memory.State!.Queued is not { } queued) return;
        var command = queued.Back
            ? (RolloutCommand)new RolloutCommand.Abort($"A person asked for {queued.Release}: {queued.Why}")
            : new RolloutCommand.Supersede(queued.Release) { Seen = memory.Seen?.Verdict };
        var (events, refusal) = RolloutCommands.Decide(open, command);
        if (refusal is null) await LaneAppend.RolloutAsync(world, memory, events, System, stop);
    }

    /// <summary>Adds the time since the last turn, but never much more than was planned: jumps pass no soak.</summary>
    private void Elapse(LaneMemory memory)
    {
        var ticks = time.GetTimestamp();
        var passed = memory.LastTurnTicks == 0 ? TimeSpan.Zero : time.GetElapsedTime(memory.LastTurnTicks, ticks);
        memory.LastTurnTicks = ticks;
        if (memory.Open is not { } open) return;
        if (memory.StepPosition != open.StepPosition)
        {
            (memory.StepPosition, memory.StepElapsed) = (open.StepPosition, TimeSpan.Zero);
            return;
        }
        var most = (memory.Planned * 2) + Watching;
        memory.StepElapsed += passed < most ? passed : most;
    }

    private async Task<Seen> LookAsync(LaneMemory memory, CancellationToken stop)
    {
        var parts = ImmutableDictionary.CreateBuilder<string, Observation>();
        foreach (var part in world.Places.Parts(memory.Lane))
            parts[part.Name] = await world.Drivers.Of(part.Kind).ObserveAsync(part, stop);
        return new(parts.ToImmutable(), LaneJudging.Assess(memory, time.GetUtcNow()), memory.StepElapsed);
    }

    private async Task<bool> DecideAsync(LaneMemory memory, Seen seen, CancellationToken stop)
    {
        var events = RolloutDecider.Decide(memory.Open!, world.Store.Epoch, seen);
        if (events.IsEmpty) return false;
        await LaneAppend.RolloutAsync(world, memory, events, System, stop);
        return true;
    }

    /// <summary>Applies the first effect that does not hold yet. Its fence is the newest event that it rests on.</summary>
    private async Task ActAsync(LaneMemory memory, CancellationToken stop)
    {
        var seen = memory.Seen!;
        var (wanted, position) = memory.Open is { } open
            ? (WantedEffects.Of(open, seen), open.Position)
            : (WantedEffects.AtRest(
                memory.State!.Current, LaneOpening.Instances(world, memory), seen, memory.State.Position), memory.State.Position);
        foreach (var next in wanted)
        {
            if (next.Holds(seen.Of(next.Effect.Part), world.Store.Epoch)) continue;
            var part = world.Places.Parts(memory.Lane).First(p => p.Name == next.Effect.Part);
            await world.Drivers.Of(part.Kind).ApplyAsync(part, next.Effect, new(world.Store.Epoch, position), stop);
            return;
        }
    }

    private static TimeSpan Pace(LaneMemory memory) => memory.Open switch
    {
        null => Resting,
        { PausedWhy: not null } or { CurrentStep: Step.Await } => Resting,
        { CurrentStep: Step.Watch { For: WatchFor.HoldBack } } => HoldingBack,
        { CurrentStep: Step.Watch } => Watching,
        _ => Busy,
    };
}
