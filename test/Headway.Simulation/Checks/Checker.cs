using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Simulation.Loops;
using Headway.Simulation.Runs;
using Headway.Simulation.Worlds;

namespace Headway.Simulation.Checks;

/// <summary>Looks at every decision and at the world after every turn; remembers the first rule that did not hold.</summary>
internal sealed class Checker(World world, LaneSetup setup, Story story)
{
    private readonly HashSet<string> _turnedAway = [];
    private readonly Dictionary<string, Fence> _wentBack = [];
    private readonly StepChecks _steps = new(world);
    private TimeSpan _stepBegan, _began;
    private double _largestShare;
    private bool _backInQuiet;

    public string? Rule { get; private set; }
    public string? Says { get; private set; }
    public int Rollouts { get; private set; }
    public List<RolloutOutcome> Ends { get; } = [];

    /// <summary>Instances die in this run, so that only orders, not readiness, can be held against the loop.</summary>
    public bool Deaths { get; set; }

    /// <summary>Nothing goes wrong from here on.</summary>
    public bool Quiet { get; set; }

    public void Break(string rule, string says)
    {
        if (Rule is not null) return;
        (Rule, Says) = (rule, says);
        story.Tell(world.Passed, "broken", says);
    }

    public void LaneMoves(LaneState before, LaneEvent happened)
    {
        story.Hear(world.Passed, happened);
        switch (happened)
        {
            case LaneEvent.RolloutOpened when before.Open is not null:
                Break("lane.oneOpen", $"{before.Open} is still open.");
                break;
            case LaneEvent.HoldPlaced { Release: { } release }:
                _turnedAway.Add(release);
                break;
            case LaneEvent.HoldLifted:
                _turnedAway.Clear();
                break;
            case LaneEvent.RollbackRequested back:
                _turnedAway.Remove(back.ToRelease);
                break;
        }
    }

    public void Started(RolloutState state)
    {
        Rollouts++;
        _stepBegan = _began = world.Passed;
        _largestShare = 0;
        _wentBack.Remove(state.Candidate);
        world.Traffic.Spent.Clear();
        story.Start(world.Passed, state);
        if (_turnedAway.Contains(state.Candidate))
            Break("hold.kept", $"{state.Candidate} was turned away and comes back by itself.");
    }

    public void Decided(
        RolloutState before, RolloutState? after, ImmutableArray<RolloutEvent> events, Verdict truth,
        RolloutCommand? command)
    {
        foreach (var e in events)
        {
            story.Hear(world.Passed, before, e);
            if (e is RolloutEvent.StepPassed passed
                && _steps.WhyNot(before, passed, truth, command, world.Passed - _stepBegan) is { } why)
                Break(why.Rule, why.Says);
            if (_steps.WhyNot(before, e) is { } other) Break(other.Rule, other.Says);
            if (e is RolloutEvent.RollbackStarted)
                (_backInQuiet, _wentBack[before.Candidate]) = (Quiet, new(1, after?.StepPosition ?? long.MaxValue));
            if (e is RolloutEvent.StepPassed or RolloutEvent.RollbackStarted) _stepBegan = world.Passed;
        }
        if (truth.Kind == VerdictKind.Rollback && before.Phase == RolloutPhase.Advancing && command is null
            && !events.Any(e => e is RolloutEvent.RollbackStarted or RolloutEvent.Ended or RolloutEvent.HoldBackCut))
            Break("worse.goesBack", $"{before.Candidate} was proven worse and nothing followed.");
    }

    /// <summary>What the loop asks of the world, whether it arrives or not.</summary>
    public void Sends(RolloutState? open, Effect effect)
    {
        if (open is { Phase: RolloutPhase.GoingBack } && effect is Effect.Exposed { Candidate: not null } exposed
            && exposed.To.ShareOfUsers > 0)
            Break("share.falls", $"{exposed.Candidate} goes back and is given {exposed.To.ShareOfUsers:P0}.");
        if (effect is Effect.Exposed { Candidate: { } candidate } && candidate != open?.Candidate)
            Break("share.ofCandidate", $"{candidate} is given users and is not the candidate of the open rollout.");
    }

    public void Ended(RolloutState state)
    {
        Ends.Add(new(state.Candidate, state.Plan.Strategy, state.End.ToString()!, state.EndSays ?? "",
            world.Passed - _began, _largestShare));
        if (state.End == RolloutEnd.RollbackFailed && _backInQuiet && state.Rules.RollbackLimit >= World.Usual * 30)
            Break("rollback.works", $"{state.Id} could not go back, and nothing was in its way.");
        if (_steps.WhyNotEnded(state) is { } why) Break(why.Rule, why.Says);
    }

    /// <summary>The same log gives the same state.</summary>
    public void Folds(RolloutState live, RolloutState? again)
    {
        if (again is null || !live.History.SequenceEqual(again.History)
            || live with { History = [] } != again with { History = [] })
            Break("log.sameState", $"{live.Id} folds to another state than the one in memory.");
    }

    /// <summary>The world itself, after every turn.</summary>
    public void Look(RolloutState? open)
    {
        var share = world.Traffic.CandidateShare;
        if (open is not null && world.Traffic.Now?.Candidate == open.Candidate && share > _largestShare)
            _largestShare = share;
        if (world.Workload.Part.ObeyedLower || world.Traffic.Part.ObeyedLower)
            Break("fence.lower", "A part obeyed a lower fence than one that it had obeyed before.");
        foreach (var release in world.Traffic.Served)
        {
            if (!world.Workload.Releases.TryGetValue(release, out var runs) || runs.Wanted == 0 || !runs.WasReady)
                Break("traffic.runs", $"Users are sent to {release}, which does not run.");
            if (_wentBack.TryGetValue(release, out var fence) && world.Traffic.Part.Obeyed >= fence)
                Break("share.falls", $"{release} was taken back and has users again.");
        }
        if (open is { Phase: RolloutPhase.Advancing }) Capacity(open, share);
        if (open is { Phase: RolloutPhase.Advancing } && share > 0 && world.Traffic.Now?.Candidate == open.Candidate
            && world.Traffic.Part.Obeyed >= new Fence(1, open.History[0].Position)
            && open.Plan.Steps.Skip(open.Step).Any(step => step is Step.Watch { For: WatchFor.Answers }))
            Break("shadow.first", $"Users have {open.Candidate} before its answers were compared.");
    }

    /// <summary>Each side has the part of the service's instances that its part of the users needs.</summary>
    private void Capacity(RolloutState open, double share)
    {
        if (world.Traffic is not { Now: { Stable: { } stable } now, Lowered: null }) return;
        // What a rollback that failed has left is mended while the next rollout starts, not before.
        if (Ends is [.., { End: nameof(RolloutEnd.RollbackFailed) }]) return;
        if (stable != open.Stable || now.Candidate != open.Candidate) return;
        Enough(stable, 1 - share);
        Enough(open.Candidate, share);

        void Enough(string release, double part)
        {
            var needed = (int)Math.Ceiling(part * setup.Instances - 1e-9);
            if (needed == 0) return;
            var runs = world.Workload.Releases.GetValueOrDefault(release);
            var has = runs is null ? 0 : Deaths ? runs.Wanted : runs.Ready;
            if (has < needed)
                Break("capacity.floor", $"{release} serves {part:P0} of the users with {has} instances of {setup.Instances}.");
        }
    }
}

/// <summary>A rule of the simulation that does not hold, and how.</summary>
internal readonly record struct BrokenRule(string Rule, string Says);
