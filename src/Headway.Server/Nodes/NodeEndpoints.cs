using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Secrets;
using Headway.Server.Signals;
using Headway.Server.Storage;
using Headway.Server.Telemetry.Own;
using Headway.Targets.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Nodes;

/// <summary>What nodes say and ask. They dial out, so everything is their request.</summary>
public static class NodeEndpoints
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    public static void MapNodes(this IEndpointRouteBuilder app)
    {
        var nodes = app.MapGroup("/node/v1/{node}").ExcludeFromDescription();
        nodes.MapGet("/desired", DesiredAsync);
        nodes.MapPost("/report", Report);
        nodes.MapPost("/evidence", EvidenceAsync);
        nodes.MapPost("/samples", SamplesAsync);
        nodes.MapPost("/logs", Logs);
    }

    private static async Task<IResult> DesiredAsync(
        string node, NodeBoard board, CancellationToken stop, long epoch = 0, long after = 0, double wait = 0)
    {
        var limit = TimeSpan.FromSeconds(Math.Clamp(wait, 0, LongestWait.TotalSeconds));
        return await board.NewerAsync(node, epoch, after, limit, stop) is { } desired
            ? Results.Ok(desired) : Results.NoContent();
    }

    private static IResult Report(string node, NodeReport report, NodeBoard board, LaneTurns turns)
    {
        if (report.Node != node)
            return Results.Problem($"The report is of {report.Node}, the address of {node}.", statusCode: 400);
        var before = board.LastReport(node)?.Report;
        board.Reported(report);
        foreach (var lane in NodeChanges.Lanes(before, report)) turns.Send(lane, new LaneTrigger.Wake());
        return Results.NoContent();
    }

    private static async Task<IResult> EvidenceAsync(
        string node, ImmutableArray<EvidenceBatch> batches, IEventStore store, LaneTurns turns, RecentTraffic traffic,
        TrafficTotals totals, CancellationToken stop)
    {
        if (batches.Any(b => b.Node != node))
            return Results.Problem($"A batch is not of {node}.", statusCode: 400);
        foreach (var batch in await store.KeepEvidenceAsync(batches, stop))
        {
            traffic.Add(batch);
            totals.Add(batch);
            turns.Send(batch.Lane, new LaneTrigger.Evidence(batch));
        }
        return Results.NoContent();
    }

    private static async Task<IResult> SamplesAsync(
        string node, ImmutableArray<SignalSample> samples, SignalIntake intake, CancellationToken stop)
    {
        if (samples.Any(s => s.Origin != node && !s.Origin.StartsWith($"{node}/", StringComparison.Ordinal)))
            return Results.Problem($"A sample is not of {node}.", statusCode: 400);
        await intake.TakeAsync(samples, stop);
        return Results.NoContent();
    }

    private static IResult Logs(
        string node, ImmutableArray<LogChunk> chunks, InstanceLogs logs, SecretMasks masks, Ledger ledger)
    {
        foreach (var chunk in chunks)
            logs.Add(node, masks.Cover(chunk, SecretUses.Of(ledger, chunk.Lane, chunk.Release)));
        return Results.NoContent();
    }
}
