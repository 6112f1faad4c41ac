using System.Collections.Immutable;
using Headway.Core.Targets;
using Headway.Simulation.Runs;

namespace Headway.Simulation.Worlds;

/// <summary>A part that runs releases and tasks, as well or as badly as its faults say.</summary>
internal sealed class FakeWorkload(Random random, bool obeysLowerFences)
{
    public FakePart Part { get; } = new(obeysLowerFences);
    public Dictionary<string, FakeRelease> Releases { get; } = [];
    public Dictionary<string, FakeTask> Tasks { get; } = [];

    /// <summary>Releases that can never become ready.</summary>
    public HashSet<string> Broken { get; } = [];

    public void Obey(Effect effect, Fence fence, Faults faults)
    {
        if (!Part.Obeys(fence)) return;
        switch (effect)
        {
            case Effect.Runs runs:
                Run(runs);
                break;
            case Effect.Done done when !Tasks.ContainsKey(done.Key):
                var dice = random.NextDouble();
                var end = dice < faults.TaskLost ? Outcome.Lost
                    : dice < faults.TaskLost + faults.TaskFails ? Outcome.Failed : Outcome.Succeeded;
                Tasks[done.Key] = new(done.Release, fence, end, random.Next(4));
                break;
        }
    }

    private void Run(Effect.Runs runs)
    {
        if (!Releases.TryGetValue(runs.Release, out var release))
        {
            if (runs.Instances == 0) return;
            Releases[runs.Release] = release = new();
        }
        release.Wanted = runs.Instances;
        while (release.Ready + release.Starting > release.Wanted)
            if (release.Starting > 0) release.Starting--;
            else release.Ready--;
        if (release.Wanted == 0) release.WasReady = false;
    }

    public void Tick(Faults faults)
    {
        foreach (var (name, release) in Releases.ToArray())
        {
            if (release.Wanted == 0)
            {
                // Draining takes a while; the release is seen until it is over.
                if (random.Next(2) == 0) Releases.Remove(name);
                continue;
            }
            if (release.Ready > 0 && random.NextDouble() < faults.Dies) release.Ready--;
            if (Broken.Contains(name)) release.Failure = "it exits with code 3";
            else if (random.Next(3) > 0)
            {
                release.Ready += release.Starting;
                release.Starting = 0;
            }
            release.Starting = release.Wanted - release.Ready;
            release.WasReady |= release.Ready > 0;
        }
        foreach (var task in Tasks.Values) task.Tick();
    }

    public Observation Observe(DateTimeOffset now, Faults faults)
    {
        var cells = ImmutableArray.CreateBuilder<CellSeen>(Releases.Count);
        foreach (var (name, r) in Releases.OrderBy(r => r.Key, StringComparer.Ordinal))
            cells.Add(new("node", name, r.Ready, r.Starting, 0, r.Failure));
        var tasks = Tasks.Count == 0 ? ImmutableDictionary<string, TaskSeen>.Empty
            : Tasks.ToImmutableDictionary(t => t.Key, t => new TaskSeen(t.Value.Outcome, null, "said so"));
        return Part.Tell(new(now, Part.Obeyed, cells.ToImmutable(), null, tasks, null, null), random, faults.Lies);
    }
}
