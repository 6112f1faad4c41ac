using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Node.Instances;
using Headway.Node.Tasks;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Control;

/// <summary>
/// Compares ten times a second what is wanted with what is there, and moves everything one step. The only place that
/// changes instances and tasks, so none of them needs a lock.
/// </summary>
internal sealed class NodeLoop(HeldState held, Supervisor supervisor, TaskDesk tasks, GatewayKeeper gateway,
    NodeParts parts) : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);
    private readonly ConcurrentQueue<string> _forgotten = new();
    private readonly Nudge _wake = new();
    private readonly Dictionary<(string Lane, string Release), long> _refreshed = [];
    private Task? _looking;
    private TimeSpan _looked = Monotonic.Now;
    private TimeSpan _swept = Monotonic.Now;

    /// <summary>Something has changed; the next turn need not wait.</summary>
    public void Wake() => _wake.Give();

    public void Forget(string instance) => _forgotten.Enqueue(instance);

    public void Dispose() => _wake.Dispose();

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Turn(Monotonic.Now, stop);
            }
            catch (Exception e)
            {
                // A turn may fail half way: the next one starts from what is there. The report says why.
                parts.Problems.Say("loop", $"A turn of the node failed and is tried again: {e.Message}");
                parts.Log.LogError(e, "A turn failed");
            }
            try
            {
                await _wake.WaitAsync(Every, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Who asks for fresh instances of an altered artifact means fresh files too.</summary>
    private void Renew(DesiredState desired)
    {
        foreach (var wanted in desired.Workloads.Where(wanted => wanted.Instances > 0))
        {
            var key = (wanted.Lane, wanted.Release);
            if (_refreshed.TryGetValue(key, out var known) && wanted.Refresh > known) parts.Artifacts.Renew(wanted.ArtifactDigest);
            _refreshed[key] = wanted.Refresh;
        }
    }

    /// <summary>One look at a time, away from the loop.</summary>
    private void Look(DesiredState desired, TimeSpan now)
    {
        if (now - _looked < LookEvery || _looking is { IsCompleted: false }) return;
        _looked = now;
        var digests = desired.Workloads.Where(wanted => wanted.Instances > 0).Select(wanted => wanted.ArtifactDigest).ToList();
        _looking = Task.Run(() => parts.Artifacts.Look(digests));
    }

    private void Turn(TimeSpan now, CancellationToken stop)
    {
        var desired = held.Desired;
        while (_forgotten.TryDequeue(out var id)) supervisor.Forget(id);
        Renew(desired);
        Look(desired, now);
        var view = gateway.View;
        supervisor.Telemetry = TelemetryEndpoint.From(parts.Server, desired.Telemetry);
        supervisor.Turn(desired, view, digest => parts.Artifacts.Ask(digest, stop), now);
        tasks.Turn(desired, supervisor, digest => parts.Artifacts.Ask(digest, stop), now);
        gateway.Want(desired, supervisor.Endpoints);
        var report = new NodeReport(desired.Node, parts.Boot, DateTimeOffset.UtcNow, desired.Epoch, desired.Version,
            supervisor.Seen, view.Routes, tasks.Done, parts.Problems.All.AddRange(gateway.Problems))
        {
            Altered = parts.Artifacts.Altered,
        };
        parts.Reporting.Offer(report, ReportShape.Of(report));
        if (now - _swept < SweepEvery) return;
        _swept = now;
        parts.Artifacts.KeepOnly(supervisor.Digests.Concat(desired.Workloads.Select(entry => entry.ArtifactDigest))
            .Concat(desired.Tasks.Select(entry => entry.ArtifactDigest)).ToHashSet());
        parts.Problems.Say("loop", null);
    }
}

/// <summary>What the loop uses besides what it moves.</summary>
internal sealed record NodeParts(
    string Boot, ArtifactSource Artifacts, Reporting Reporting, Problems Problems, ILogger Log)
{
    /// <summary>By which address the server is known here.</summary>
    public required Uri Server { get; init; }
}
