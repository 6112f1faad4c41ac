using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Targets;

namespace Headway.Targets.Nodes;

/// <summary>
/// What each node should do, kept by the server, and what each node last said. Nodes dial out: they ask for the
/// document and answer with reports; drivers change the one and read the other.
/// </summary>
/// <param name="keep">Stores a document before any node can see it; throws when somebody else stored one.</param>
public sealed class NodeBoard(TimeProvider time, long epoch, Func<DesiredState, CancellationToken, Task> keep)
{
    private readonly ConcurrentDictionary<string, NodeEntry> _nodes = new();

    public long Epoch => epoch;

    /// <summary>
    /// Goes into every document that is changed, so that instances which it starts know where to send.
    /// </summary>
    public TelemetryAt? Telemetry { get; private set; }

    /// <summary>Nodes that have a document or have reported, in order of name.</summary>
    public ImmutableArray<string> Nodes => [.. _nodes.Keys.Order()];

    public void Restore(DesiredState kept) => Entry(kept.Node).Desired = kept;

    public DesiredState Desired(string node) => Entry(node).Desired;

    /// <summary>The newest report and how old it is; null when the node was never heard by this server.</summary>
    public (NodeReport Report, TimeSpan Age, DateTimeOffset ReceivedAt)? LastReport(string node) =>
        Entry(node).Report is { } report
            ? (report.Report, time.GetElapsedTime(report.Ticks), report.ReceivedAt) : null;

    public void Reported(NodeReport report) =>
        Entry(report.Node).Report = new(report, time.GetTimestamp(), time.GetUtcNow());

    /// <summary>Changes a node's document, one change at a time; the version rises when anything changed.</summary>
    public async Task ChangeAsync(string node, Func<DesiredState, DesiredState> change, CancellationToken stop)
    {
        var entry = Entry(node);
        await entry.Turn.WaitAsync(stop);
        try
        {
            var next = change(entry.Desired);
            if (ReferenceEquals(next, entry.Desired)) return;
            next = next with { Epoch = epoch, Version = entry.Desired.Version + 1, Telemetry = Telemetry };
            await keep(next, stop);
            entry.Desired = next;
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    /// <summary>Says where telemetry is received; documents that say something else are changed.</summary>
    public async Task ReceiveAsync(TelemetryAt? telemetry, CancellationToken stop)
    {
        Telemetry = telemetry;
        foreach (var node in Nodes)
            await ChangeAsync(node, desired => desired.Telemetry == telemetry || desired.Version == 0
                ? desired : desired with { Telemetry = telemetry }, stop);
    }

    /// <summary>The document when it is newer than what the node has, or null when the wait is over.</summary>
    public async Task<DesiredState?> NewerAsync(
        string node, long nodeEpoch, long after, TimeSpan wait, CancellationToken stop)
    {
        var entry = Entry(node);
        var end = Task.Delay(wait, time, stop);
        while (true)
        {
            var (desired, changed) = entry.Look();
            // The document of an empty board is no order: a node keeps what it has until this server knows it.
            if (desired.Version > 0 && (desired.Epoch != nodeEpoch || desired.Version > after)) return desired;
            if (await Task.WhenAny(changed, end) == end)
            {
                stop.ThrowIfCancellationRequested();
                return null;
            }
        }
    }

    /// <summary>
    /// The highest fence in a node's document for a lane and kind, and whether the node has it in force.
    /// </summary>
    public (Fence Highest, bool InForce) FenceOf(string node, string lane, Func<DesiredState, string, Fence> highest)
    {
        var desired = Desired(node);
        var report = Entry(node).Report?.Report;
        return (highest(desired, lane),
            report is not null && report.Epoch == desired.Epoch && report.Version >= desired.Version);
    }

    private NodeEntry Entry(string node) => _nodes.GetOrAdd(node, static name => new(name));
}
