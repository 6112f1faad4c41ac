using Headway.Server.Journal;
using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Intent;
using Headway.Core.Judging;
using Headway.Core.Nodes;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Core.Waiting;
using Headway.Targets.Nodes;

namespace Headway.Server.Rollouts;

/// <summary>Everything that a person wants to see of a lane, in one answer.</summary>
/// <param name="Address">Where its users arrive, or null before the first release.</param>
/// <param name="Rollout">The open rollout, or the newest one.</param>
/// <param name="Verdict">What the judge says now.</param>
public sealed record LaneView(
    string Lane, string Service, string Environment, string? Address, LaneState State, Wait Wait,
    RolloutView? Rollout, Verdict? Verdict, TrafficView Traffic,
    ImmutableArray<InstanceView> Instances, RouteSeen? Route, string? Trouble)
{
    /// <summary>The commit of the state repo by which the release that is out came here; null before there was one.</summary>
    public RecordedIntent? Commit { get; init; }
}

public sealed record InstanceView(string Node, string Release, InstanceSeen Instance);

/// <summary>A rollout with its plan in words.</summary>
public sealed record RolloutView(RolloutState State, ImmutableArray<string> Steps)
{
    public static RolloutView Of(RolloutState state) =>
        new(state, [.. state.Plan.Steps.Select(s => Core.Strategies.Steps.Says(s))]);
}

/// <summary>Puts a lane's view together.</summary>
public sealed class LaneViews(LaneWorld world, LaneTurns turns, NodeBoard board, RecentTraffic traffic)
{
    public LaneView Of(string service, string environment)
    {
        var lane = $"{service}/{environment}";
        var memory = turns.Of(lane);
        var state = world.Ledger.Lane(service, environment);
        var rollout = (state.Open is { } open ? world.Ledger.Rollout(open) : null)
            ?? world.Ledger.Rollouts.FirstOrDefault(r => r.Lane == lane);
        var isOpen = rollout is { IsOpen: true };
        var wait = memory?.Trouble is { } trouble
            ? new Wait(WaitKind.Stopped, lane, trouble, "Mending what it says; it is tried again by itself.", null, null)
            : !isOpen && state.Hold is not { Release: null } && memory?.Gate is { } gate ? gate
            : Asked(state) is { } asked && !isOpen ? asked
            : Behind(state, Waits.Of(state, isOpen ? rollout : null, isOpen ? memory?.Seen : null));
        return new(
            lane, service, environment,
            world.Places.Of(lane) is { } place ? $"http://127.0.0.1:{place.Listen}/" : null,
            state, wait, rollout is null ? null : RolloutView.Of(rollout),
            isOpen ? memory?.Seen?.Verdict : rollout?.LastVerdict, traffic.Of(lane),
            Instances(lane), Route(lane), memory?.Trouble)
        {
            Commit = state.Current is { } current ? state.Came.GetValueOrDefault(current) : null,
        };
    }

    /// <summary>A commit to the lane's file that cannot be obeyed, or a state repo that cannot be written.</summary>
    private Wait? Asked(LaneState state)
    {
        var path = IntentPath.Lane(state.Service, state.Environment);
        if (world.Wishes?.All.Problems.GetValueOrDefault(path) is { } problem)
            return new(WaitKind.Intent, state.Lane, $"{path} of the state repo is not obeyed: {problem.Says}",
                "A commit that mends the file; until then what was in force stays.", null, null);
        return state.Queued is { Back: false, Commit: null } && world.Intent?.Trouble is { } trouble
            ? new(WaitKind.Intent, state.Lane, $"{state.Queued.Release} waits for its commit. {trouble}",
                "It is tried again by itself; a rollback does not wait for it.", null, null) : null;
    }

    /// <summary>What happened is said all the same when the state repo does not say it yet.</summary>
    private Wait Behind(LaneState state, Wait wait)
    {
        if (world.Intent?.Trouble is not { } trouble || !world.Intent.IsBehind(state)) return wait;
        const string unblocks = "The state repo is tried again by itself.";
        return wait.Kind is WaitKind.Nothing
            ? wait with { Kind = WaitKind.Intent, Says = $"{wait.Says} The state repo does not say so yet: {trouble}", Unblocks = unblocks }
            : wait with { Says = $"{wait.Says} The state repo does not say so yet: {trouble}" };
    }

    private ImmutableArray<InstanceView> Instances(string lane) =>
    [
        .. from node in board.Nodes
           from workload in board.LastReport(node)?.Report.Workloads ?? []
           where workload.Lane == lane
           from instance in workload.Instances
           where instance.State != "stopped"
           select new InstanceView(node, workload.Release, instance),
    ];

    private RouteSeen? Route(string lane) => board.Nodes
        .Select(node => board.LastReport(node)?.Report.Routes.FirstOrDefault(r => r.Lane == lane))
        .FirstOrDefault(r => r is not null);
}
