using Headway.Server.Journal;
using System.Collections.Immutable;
using Headway.Core.Environments;
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
    ImmutableArray<InstanceView> Instances, RouteSeen? Route, string? Trouble);

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
            : Waits.Of(state, isOpen ? rollout : null, isOpen ? memory?.Seen : null);
        return new(
            lane, service, environment,
            world.Places.Of(lane) is { } place ? $"http://127.0.0.1:{place.Listen}/" : null,
            state, wait, rollout is null ? null : RolloutView.Of(rollout),
            isOpen ? memory?.Seen?.Verdict : rollout?.LastVerdict, traffic.Of(lane),
            Instances(lane), Route(lane), memory?.Trouble);
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
