using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Targets;
using Headway.Simulation.Checks;
using Headway.Simulation.Runs;
using Headway.Simulation.Worlds;

namespace Headway.Simulation.Loops;

/// <summary>The server of one lane, as small as it can be: load, observe, ask Core, store, act; and crash.</summary>
internal sealed class FakeLoop(Random random, World world, LaneSetup setup, Checker checker, PlantedError planted)
{
    private const long Epoch = 1;
    private readonly LaneLog _log = new();
    private long _timed;
    private TimeSpan _elapsed;
    private long _rested;
    private ImmutableDictionary<string, Observation> _parts = ImmutableDictionary<string, Observation>.Empty;

    public LaneState Lane { get; private set; } = LaneState.Empty(LaneSetup.Service, LaneSetup.Environment);
    public RolloutState? Open { get; private set; }
    public LaneLog Log => _log;

    /// <summary>Nothing is open, nothing waits, and the world is as the lane wants it.</summary>
    public bool AtRest { get; private set; }

    public void Record(params LaneEvent?[] events) =>
        Append("person", [.. events.OfType<LaneEvent>()], [], null);

    public void Turn(Faults faults, Person person)
    {
        AtRest = false;
        _parts = Believed(world.Observe(faults));
        if (Open is null)
        {
            Rest(faults);
            return;
        }
        var before = Open;
        var truth = world.Judge.Says(
            before, world.Kinds[before.Candidate], Elapsed(before),
            world.Traffic.CandidateShare > 0 || world.Traffic.Mirrors, faults);
        var seen = new Seen(_parts, planted == PlantedError.JudgeIgnored
            ? truth with { Kind = VerdictKind.Promote } : truth, Elapsed(before));
        var command = person.Wants(before, truth, faults);
        var events = Decide(before, seen, command);
        if (!events.IsEmpty)
        {
            if (Crashes(faults.CrashBeforeStoring)) return;
            Append(command is null ? "server" : "person", LaneDecider.Follow(before, events), events, before.Id);
            checker.Decided(before, Open, events, truth, command);
            if (Crashes(faults.CrashBeforeActing)) return;
        }
        if (Open is { IsOpen: true } && (planted != PlantedError.EdgeTriggered || !events.IsEmpty)) Act(Open, seen, faults);
    }

    private ImmutableArray<RolloutEvent> Decide(RolloutState state, Seen seen, RolloutCommand? command)
    {
        var events = command is null ? [] : RolloutCommands.Decide(state, command).Events;
        if (events.IsEmpty && Lane.Queued is { } queued)
            events = RolloutCommands.Decide(state, new RolloutCommand.Supersede(queued.Release)).Events;
        if (events.IsEmpty) events = RolloutDecider.Decide(state, Epoch, seen);
        return planted == PlantedError.RollbackEndsEarly && events.Any(e => e is RolloutEvent.RollbackStarted)
            ? events.Add(new RolloutEvent.Ended(RolloutEnd.RolledBack, "Decided, so done.")) : events;
    }

    private void Act(RolloutState state, Seen seen, Faults faults)
    {
        var wanted = WantedEffects.Of(state, seen);
        if (planted == PlantedError.StopBeforeUnexpose && state.Phase == RolloutPhase.GoingBack)
            wanted = [.. wanted.Reverse()];
        Send(wanted, state.Position, faults);
    }

    /// <summary>Sends the first effect that is not seen to hold; false when all do.</summary>
    private bool Send(ImmutableArray<WantedEffect> wanted, long position, Faults faults)
    {
        foreach (var want in wanted)
        {
            if (want.Holds(_parts.GetValueOrDefault(want.Effect.Part), Epoch)) continue;
            checker.Sends(Open, want.Effect);
            world.Send(want.Effect, new(Epoch, position),
                _parts.GetValueOrDefault(WantedEffects.Traffic)?.Lowered, faults);
            return true;
        }
        return false;
    }

    private void Rest(Faults faults)
    {
        var seen = new Seen(_parts, Verdict.None("No rollout."), TimeSpan.Zero);
        if (LaneDecider.Next(Lane) is { } next)
        {
            Start(next);
            return;
        }
        if (planted == PlantedError.EdgeTriggered && _rested == Lane.Position) return;
        _rested = Lane.Position;
        AtRest = !Send(WantedEffects.AtRest(Lane.Current, setup.Instances, seen, Lane.Position), Lane.Position, faults);
    }

    private void Start(QueuedRelease next)
    {
        var id = $"{LaneSetup.Service}-{LaneSetup.Environment}-{Lane.Rollouts + 1}";
        var started = new RolloutEvent.Started(id, LaneSetup.Service, LaneSetup.Environment, Lane.Current, next.Release,
            setup.PlanOf(Lane.Current, next), setup.Rules);
        Append("server", [new LaneEvent.RolloutOpened(id, Lane.Current, next.Release)], [started], id);
        checker.Started(Open!);
    }

    private void Append(
        string actor, ImmutableArray<LaneEvent> lane, ImmutableArray<RolloutEvent> rollout, string? id)
    {
        var (ofLane, ofRollout) = _log.Append(world.Clock, actor, lane, id, rollout);
        foreach (var e in ofRollout) Open = RolloutEvolution.Evolve(Open, e);
        foreach (var e in ofLane)
        {
            checker.LaneMoves(Lane, e.Event);
            Lane = LaneEvolution.Evolve(Lane, e);
        }
        if (Open is { IsOpen: false } ended)
        {
            checker.Folds(ended, RolloutEvolution.Fold(_log.Rollouts[ended.Id]));
            checker.Ended(ended);
            Open = null;
            if (planted == PlantedError.HoldIgnored && ended.End == RolloutEnd.RolledBack && random.Next(2) == 0)
                Lane = Lane with { Queued = new(ended.Candidate, Lane.Newest, "Again.", Back: false), Hold = null };
        }
    }

    /// <summary>Everything in memory is lost; what is stored is read again.</summary>
    private bool Crashes(double probability)
    {
        if (random.NextDouble() >= probability) return false;
        if (Open is { } open)
        {
            var again = RolloutEvolution.Fold(_log.Rollouts[open.Id]);
            checker.Folds(open, again);
            Open = again;
        }
        Lane = LaneEvolution.Fold(LaneSetup.Service, LaneSetup.Environment, _log.Lane);
        _elapsed = TimeSpan.Zero;
        return true;
    }

    private TimeSpan Elapsed(RolloutState state)
    {
        if (planted == PlantedError.WallClock) return world.Clock - state.StepStartedAt;
        if (state.StepPosition == _timed) return _elapsed;
        _timed = state.StepPosition;
        return _elapsed = TimeSpan.Zero;
    }

    /// <summary>The interval since the last turn counts, and never more than two ticks of it.</summary>
    public void TimePasses(TimeSpan time) => _elapsed += time < world.Tick * 2 ? time : world.Tick * 2;

    private ImmutableDictionary<string, Observation> Believed(ImmutableDictionary<string, Observation> parts) =>
        planted != PlantedError.StaleBelieved ? parts
            : parts.ToImmutableDictionary(p => p.Key, p => p.Value with { Fence = new(Epoch, long.MaxValue) });
}
