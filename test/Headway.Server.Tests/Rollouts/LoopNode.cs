using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Core.Targets;

namespace Headway.Server.Tests.Rollouts;

/// <summary>A node as far as the loop can tell: obeys documents late, starts slowly, serves users, counts what they feel.</summary>
internal sealed class LoopNode(Random random, TimeProvider time, Func<string, double> failing)
{
    private const string Lane = "shop/production";
    private const int Clients = 100;
    private readonly Dictionary<string, int> _ready = [];
    private readonly Queue<EvidenceBatch> _unsent = new();
    private DesiredState _held = DesiredState.Empty("node-1");
    private long _sequence;

    /// <summary>What broke the contract between server and node, or null.</summary>
    public string? Broken { get; private set; }
    public RouteWanted? Route => _held.Routes.FirstOrDefault(r => r.Lane == Lane);
    public double CandidateShare => Route is { Candidate: not null } route ? route.To.ShareOfUsers : 0;

    public int Wanted(string release) => _held.Workloads.FirstOrDefault(w => w.Release == release)?.Instances ?? 0;

    public void Take(DesiredState document)
    {
        if (document.Version == 0 || document.Version < _held.Version) return;
        foreach (var route in document.Routes)
            if (Route is { } old && route.Fence < old.Fence) Broken ??= $"The route came with fence {route.Fence} after {old.Fence}.";
        foreach (var wanted in document.Workloads)
            if (_held.Workloads.FirstOrDefault(w => w.Release == wanted.Release) is { } old && wanted.Fence < old.Fence)
                Broken ??= $"{wanted.Release} came with fence {wanted.Fence} after {old.Fence}.";
        _held = document;
        foreach (var release in _ready.Keys.Where(r => Wanted(r) == 0).ToArray()) _ready.Remove(release);
        foreach (var wanted in document.Workloads.Where(w => w.Instances > 0)) _ready.TryAdd(wanted.Release, 0);
    }

    /// <summary>A second of serving.</summary>
    public void Serve()
    {
        foreach (var release in _ready.Keys.ToArray())
            if (_ready[release] < Wanted(release) && random.Next(2) == 0) _ready[release]++;
        if (Route is not { } route || (route.Stable ?? route.Candidate) is null) return;
        var candidates = route.Candidate is null ? 0 : (int)Math.Round(Clients * CandidateShare);
        _unsent.Enqueue(new("node-1", "boot-1", ++_sequence, Lane, route.Version, time.GetUtcNow(),
            Side(route.Stable ?? route.Candidate!, Clients - candidates),
            route.Candidate is { } candidate ? Side(candidate, candidates) : null));
    }

    public ImmutableArray<EvidenceBatch> Unsent()
    {
        var batches = _unsent.ToImmutableArray();
        _unsent.Clear();
        return batches;
    }

    public NodeReport Report() => new("node-1", "boot-1", time.GetUtcNow(), _held.Epoch, _held.Version,
        [.. _ready.Select(r => new WorkloadSeen(Lane, r.Key, Fence.None, [.. Enumerable.Range(1, Wanted(r.Key)).Select(i =>
            new InstanceSeen($"{r.Key}-{i}", i, i, i <= r.Value ? "ready" : "starting", time.GetUtcNow(), 0, 0, 0, 0, null))], null))],
        [.. _held.Routes.Select(r => new RouteSeen(r.Lane, r.Version, r.Fence, r.Stable, r.Candidate, r.To, null))],
        [.. _held.Tasks.Select(t => new TaskDone(t.Lane, t.Key, t.Fence, Outcome.Succeeded, 0, ""))], []);

    private SideCounts Side(string release, int clients)
    {
        var failures = 0;
        var rate = failing(release);
        for (var i = 0; i < clients; i++)
            if (random.NextDouble() < rate) failures++;
        var fast = clients - failures;
        return SideCounts.None(release) with
        {
            Requests = clients * 2, Failures = failures, Clients = clients, ClientFailures = failures,
            Latency = fast == 0 ? LatencyCounts.Empty : new([100], [fast]),
        };
    }
}
