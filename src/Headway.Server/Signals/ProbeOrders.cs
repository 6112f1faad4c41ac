using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Server.Journal;
using Headway.Targets.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Signals;

/// <summary>
/// Tells every node what to look at and what to drive, from the rollouts that are open now: written whole each time, so
/// that what a rollout wanted is gone when it is over, whatever was missed meanwhile. This is no part of the lane's turn:
/// it changes nothing that users meet, so nothing waits for it and it needs no fence.
/// </summary>
public sealed partial class ProbeOrders(
    Ledger ledger, LedgerReader reader, NodeBoard board, TimeProvider time, ILogger<ProbeOrders> log) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500), DefaultSlow = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await reader.CaughtUp.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Beat, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            foreach (var node in board.Nodes)
                try
                {
                    await TellAsync(node, stoppingToken);
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailure(node, failure.Message);
                }
    }

    private Task TellAsync(string node, CancellationToken stop)
    {
        var open = ledger.Rollouts.Where(rollout => rollout.Phase == RolloutPhase.Advancing)
            .OrderBy(rollout => rollout.Id, StringComparer.Ordinal).ToArray();
        ImmutableArray<ProbeWanted> probes = [.. open.SelectMany(Probes)];
        ImmutableArray<LoadWanted> loads = [.. open.Select(Load).OfType<LoadWanted>()];
        return board.ChangeAsync(node, desired => Same(desired.Probes, probes) && Same(desired.Loads, loads)
            ? desired : desired with { Probes = probes, Loads = loads }, stop);
    }

    private IEnumerable<ProbeWanted> Probes(RolloutState rollout) => ledger.Release(rollout.Candidate) is { } candidate
        ? candidate.Spec.SignalsOf(rollout.Environment, rollout.Stable)
            .Where(signal => signal.Source is SignalSource.Probe or SignalSource.Journey or SignalSource.Command)
            .Select(signal => new ProbeWanted(
                rollout.Lane, signal, rollout.Stable, rollout.Candidate, candidate.ArtifactDigest))
        : [];

    /// <summary>Every node carries every lane, so each drives its part.</summary>
    private LoadWanted? Load(RolloutState rollout)
    {
        if (rollout.CurrentStep is not Step.Watch { Load: { } load }) return null;
        if (ledger.Release(rollout.Candidate)?.Spec is not { } spec) return null;
        var slow = load.Within ?? spec.Objectives.LatencyP99 ?? spec.Objectives.LatencyP90 ?? DefaultSlow;
        return new(rollout.Lane, $"{rollout.Id}#{rollout.Step}", rollout.Stable, rollout.Candidate,
            load.RequestsPerSecond / Math.Max(1, board.Nodes.Length), load.For, slow)
        {
            Journeys = load.Items(spec.Evidence),
        };
    }

    /// <summary>Compared as they are sent: records that hold arrays are equal only to themselves.</summary>
    private static bool Same<T>(ImmutableArray<T> before, ImmutableArray<T> now) =>
        JsonSerializer.Serialize(before.IsDefault ? [] : before, Wire.Json) == JsonSerializer.Serialize(now, Wire.Json);

    [LoggerMessage(LogLevel.Warning, "Node {Node} could not be told what to look at, and is told again: {Says}")]
    private partial void LogFailure(string node, string says);
}
