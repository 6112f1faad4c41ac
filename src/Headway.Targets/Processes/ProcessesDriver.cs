using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Targets.Nodes;

namespace Headway.Targets.Processes;

/// <summary>`workload: processes`: instances of a release as processes on nodes, side by side.</summary>
/// <param name="find">Artifact digest and run section of a release in a lane; throws for an unknown release.</param>
public sealed class ProcessesDriver(NodeBoard board, Func<string, string, ReleaseToRun> find, TimeProvider time)
    : ITargetDriver
{
    public string Kind => "processes";

    public Capabilities CapabilitiesOf(Part part) => new(
        SideBySide: true, Exposes: false, SmallestShare: 0, Tasks: true, Fencing.Marker, TimeSpan.FromSeconds(1));

    public Task<Change> PlanAsync(Part part, Effect effect, CancellationToken stop)
    {
        var diff = string.Join('\n', part.Cells.Select(node => Says(board.Desired(node), part.Lane, effect)));
        return Task.FromResult(ChangeDigest.Of(diff, Undo.Instant));
    }

    public Task<Observation> ObserveAsync(Part part, CancellationToken stop)
    {
        var (reports, seenAt, problem) = NodeHealth.Reports(board, part.Cells, time.GetUtcNow());
        if (problem is not null) return Task.FromResult(Observation.Unreachable(seenAt, problem));
        var cells = ImmutableArray.CreateBuilder<CellSeen>();
        var tasks = ImmutableDictionary.CreateBuilder<string, TaskSeen>();
        var fence = (Fence?)null;
        foreach (var (node, report) in reports)
        {
            var (highest, inForce) = board.FenceOf(node, part.Lane, Highest);
            var shown = inForce ? highest : Fence.None;
            if (fence is null || shown < fence) fence = shown;
            cells.AddRange(report.Workloads.Where(w => w.Lane == part.Lane && Lives(w)).Select(w => Cell(node, w)));
            foreach (var done in report.Tasks.Where(t => t.Lane == part.Lane))
                tasks[done.Key] = new(done.Outcome, done.ExitCode, done.OutputTail);
        }
        return Task.FromResult(new Observation(
            seenAt, fence ?? Fence.None, cells.ToImmutable(), null, tasks.ToImmutable(), null, null));
    }

    public async Task ApplyAsync(Part part, Effect effect, Fence fence, CancellationToken stop)
    {
        var nodes = effect is Effect.Done ? part.Cells.Take(1) : part.Cells;
        foreach (var (node, index) in nodes.Select((n, i) => (n, i)))
            await board.ChangeAsync(node, desired =>
            {
                var highest = Highest(desired, part.Lane);
                if (fence < highest) throw new FenceRefusedException($"{part.Lane} {part.Name}", fence, highest);
                return effect switch
                {
                    Effect.Runs runs => WithWorkload(desired, part, runs, fence, index),
                    Effect.Done done => WithTask(desired, part, done, fence),
                    _ => throw new NotSupportedException($"The processes driver cannot carry out {effect.GetType().Name}."),
                };
            }, stop);
    }

    private DesiredState WithWorkload(DesiredState desired, Part part, Effect.Runs runs, Fence fence, int index)
    {
        var here = runs.Instances == 0 ? 0
            : Math.Max(1, runs.Instances / part.Cells.Length + (index < runs.Instances % part.Cells.Length ? 1 : 0));
        var old = desired.Workloads.FirstOrDefault(w => w.Lane == part.Lane && w.Release == runs.Release);
        if (old is not null && old.Instances == here && old.Fence == fence) return desired;
        var source = here == 0 && old is not null ? new(old.ArtifactDigest, old.Run) : find(part.Lane, runs.Release);
        var wanted = new WorkloadWanted(part.Lane, runs.Release, source.ArtifactDigest, source.Run, here, fence)
        {
            Refresh = old?.Refresh ?? 0,
        };
        // Stopped releases leave the document once the node shows none of their instances.
        var running = board.LastReport(desired.Node)?.Report.Workloads
            .Where(w => w.Lane == part.Lane && Lives(w)).Select(w => w.Release).ToHashSet() ?? [];
        return desired with
        {
            Workloads = [.. desired.Workloads.Where(w =>
                w.Lane != part.Lane || w.Release != runs.Release && (w.Instances > 0 || running.Contains(w.Release))), wanted],
        };
    }

    private DesiredState WithTask(DesiredState desired, Part part, Effect.Done done, Fence fence)
    {
        if (desired.Tasks.Any(t => t.Lane == part.Lane && t.Key == done.Key && t.Release == done.Release && t.Fence == fence))
            return desired;
        var source = find(part.Lane, done.Release);
        var wanted = new TaskWanted(
            part.Lane, done.Task, done.Attempt, done.Release, source.ArtifactDigest, done.Command, done.Timeout, fence);
        return desired with { Tasks = [.. desired.Tasks.Where(t => t.Lane != part.Lane), wanted] };
    }

    private static bool Lives(WorkloadSeen seen) => seen.Failure is not null || seen.Instances.Any(i => i.State != "stopped");

    private static CellSeen Cell(string node, WorkloadSeen seen) => new(
        node, seen.Release,
        seen.Instances.Count(i => i.State == "ready"),
        seen.Instances.Count(i => i.State is "starting" or "unready"),
        seen.Instances.Sum(i => i.OpenConnections),
        seen.Failure);

    private static Fence Highest(DesiredState desired, string lane) =>
        desired.Workloads.Where(w => w.Lane == lane).Select(w => w.Fence)
            .Concat(desired.Tasks.Where(t => t.Lane == lane).Select(t => t.Fence))
            .DefaultIfEmpty(Fence.None).Max();

    private static string Says(DesiredState desired, string lane, Effect effect) => effect switch
    {
        Effect.Runs runs => $"{desired.Node}: {runs.Release} "
            + $"{desired.Workloads.FirstOrDefault(w => w.Lane == lane && w.Release == runs.Release)?.Instances ?? 0}"
            + $" -> {runs.Instances} instances",
        Effect.Done done => $"{desired.Node}: run `{done.Command}` against {done.Release}",
        _ => $"{desired.Node}: nothing",
    };
}

/// <summary>What a node needs to run a release.</summary>
public sealed record ReleaseToRun(string ArtifactDigest, Core.Services.RunSpec Run);
