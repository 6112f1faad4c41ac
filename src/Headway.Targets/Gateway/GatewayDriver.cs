using Headway.Core.Nodes;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Targets.Nodes;

namespace Headway.Targets.Gateway;

/// <summary>`traffic: gateway`: Headway's own gateways, one on each node of the lane.</summary>
/// <param name="find">Port, evidence delay and so on of a lane.</param>
public sealed class GatewayDriver(NodeBoard board, Func<string, LaneTraffic> find, TimeProvider time) : ITargetDriver
{
    public string Kind => "gateway";

    public Capabilities CapabilitiesOf(Part part) => new(
        SideBySide: true, Exposes: true, SmallestShare: 0.0001, Tasks: false, Fencing.Marker, TimeSpan.FromSeconds(1))
    {
        Mirrors = true,
    };

    public Task<Change> PlanAsync(Part part, Effect effect, CancellationToken stop)
    {
        var diff = string.Join('\n', part.Cells.Select(node =>
        {
            var now = Route(board.Desired(node), part.Lane);
            return $"{node}: {Says(now?.Stable, now?.Candidate, now?.To)} -> {(effect is Effect.Exposed e ? Says(e.Stable, e.Candidate, e.To) : "nothing")}";
        }));
        return Task.FromResult(ChangeDigest.Of(diff, Undo.Instant));
    }

    public Task<Observation> ObserveAsync(Part part, CancellationToken stop)
    {
        var (reports, seenAt, problem) = NodeHealth.Reports(board, part.Cells, time.GetUtcNow());
        if (problem is not null) return Task.FromResult(Observation.Unreachable(seenAt, problem));
        var seen = reports.Select(r => r.Report.Routes.FirstOrDefault(x => x.Lane == part.Lane)).ToArray();
        if (seen.Any(s => s is null))
            return Task.FromResult(new Observation(seenAt, Fence.None, [], null, NoTasks, null, null));
        var exposed = seen.Select(s => new Effect.Exposed(part.Name, s!.Stable, s.Candidate, s.To, null)).Distinct().ToArray();
        return Task.FromResult(new Observation(
            seenAt, seen.Min(s => s!.Fence), [], exposed.Length == 1 ? exposed[0] : null, NoTasks,
            seen.Select(s => s!.Lowered).FirstOrDefault(l => l is not null), null));
    }

    public async Task ApplyAsync(Part part, Effect effect, Fence fence, CancellationToken stop)
    {
        if (effect is not Effect.Exposed exposed)
            throw new NotSupportedException($"The gateway driver cannot carry out {effect.GetType().Name}.");
        foreach (var node in part.Cells)
            await board.ChangeAsync(node, desired => WithRoute(desired, part, exposed, fence), stop);
    }

    private DesiredState WithRoute(DesiredState desired, Part part, Effect.Exposed exposed, Fence fence)
    {
        var old = Route(desired, part.Lane);
        if (old is not null && fence < old.Fence)
            throw new FenceRefusedException($"{part.Lane} {part.Name}", fence, old.Fence);
        var traffic = find(part.Lane);
        var same = old is not null && old.Stable == exposed.Stable && old.Candidate == exposed.Candidate
            && old.To == exposed.To && old.Lease == exposed.Lease && old.Listen == traffic.Listen;
        var lowered = board.LastReport(desired.Node)?.Report.Routes
            .FirstOrDefault(r => r.Lane == part.Lane && r.Version == old?.Version)?.Lowered is not null;
        if (same && !lowered && old!.Fence == fence) return desired;
        // The version rises when users are routed otherwise, and when a node that lowered a share may raise it again;
        // evidence is kept apart by it.
        var version = same && !lowered ? old!.Version : (old?.Version ?? 0) + 1;
        var salt = exposed.Candidate is null ? old?.Salt ?? part.Lane : $"{part.Lane}:{exposed.Candidate}";
        var route = new RouteWanted(
            part.Lane, traffic.Listen, version, fence, exposed.Stable, exposed.Candidate, exposed.To, salt, traffic.Delay,
            exposed.Lease);
        return desired with { Routes = [.. desired.Routes.Where(r => r.Lane != part.Lane), route] };
    }

    private static readonly System.Collections.Immutable.ImmutableDictionary<string, TaskSeen> NoTasks =
        System.Collections.Immutable.ImmutableDictionary<string, TaskSeen>.Empty;

    private static RouteWanted? Route(DesiredState desired, string lane) =>
        desired.Routes.FirstOrDefault(r => r.Lane == lane);

    private static string Says(string? stable, string? candidate, Exposure? to) =>
        candidate is null ? $"{stable ?? "nothing"} for everyone"
            : to is Exposure.Mirror mirror
                ? $"copies of {Steps.Percent(mirror.Share)} of the requests to {candidate}, {stable ?? "nothing"} for everyone"
            : $"{candidate} for {Steps.Percent(to?.ShareOfUsers ?? 0)}, {stable ?? "nothing"} for the rest";
}

/// <param name="Delay">How long after its second a batch of evidence is closed.</param>
public sealed record LaneTraffic(int Listen, TimeSpan Delay);
