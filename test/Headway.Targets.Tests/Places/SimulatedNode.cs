using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Targets.Nodes;

namespace Headway.Targets.Tests.Places;

/// <summary>A node as far as a driver can tell: takes the newest document, refuses older ones, and reports.</summary>
internal sealed class SimulatedNode(NodeBoard board, string name, TimeProvider time)
{
    private DesiredState _held = DesiredState.Empty(name);
    private readonly HashSet<string> _dead = [];

    public string Name => name;

    /// <summary>Why the node has lowered its share by itself; a route with a higher version ends it.</summary>
    public Lowered? Lowered { get; set; }

    /// <summary>Takes the document unless it is older than the one held.</summary>
    public void Poll() => Take(board.Desired(name));

    public void Take(DesiredState document)
    {
        if ((document.Epoch, document.Version).CompareTo((_held.Epoch, _held.Version)) < 0) return;
        if (document.Routes.Any(r => _held.Routes.Any(old => old.Lane == r.Lane && old.Version < r.Version))) Lowered = null;
        _held = document;
        _dead.Clear();
    }

    /// <summary>Its disk is gone: it knows nothing until it polls again.</summary>
    public void Forget() => _held = DesiredState.Empty(name);

    /// <summary>Somebody on the machine kills every instance of a release.</summary>
    public void Kill(string release) => _dead.Add(release);

    public void Report() => board.Reported(new(
        name, "boot", time.GetUtcNow(), _held.Epoch, _held.Version,
        [.. _held.Workloads.Where(w => w.Instances > 0).Select(Seen)],
        [.. _held.Routes.Select(r => new RouteSeen(r.Lane, r.Version, r.Fence, r.Stable, r.Candidate, r.To, Lowered))],
        [.. _held.Tasks.Select(t => new TaskDone(t.Lane, t.Key, t.Fence, Outcome.Succeeded, 0, "done"))],
        []));

    private WorkloadSeen Seen(WorkloadWanted wanted) => new(
        wanted.Lane, wanted.Release, wanted.Fence,
        [.. Enumerable.Range(1, wanted.Instances).Select(i => new InstanceSeen(
            $"{wanted.Release}-{i}", 100 + i, 20_600 + i, _dead.Contains(wanted.Release) ? "unready" : "ready",
            time.GetUtcNow(), 0, 0, 0, 0, null))], null);
}
