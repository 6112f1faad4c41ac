using System.Collections.Immutable;
using System.Reflection;
using Headway.Core.Waiting;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Sources.Reports;
using Headway.Targets.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Status;

/// <summary>The whole picture, why something stands still, and the record as it grows.</summary>
public static class StatusEndpoints
{
    public static readonly string Version = typeof(StatusEndpoints).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public static void MapStatus(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => Results.Text("ok")).ExcludeFromDescription();
        app.MapGet("/version", () => new { version = Version }).WithTags("Status");
        app.MapGet("/api/v1/status", (StatusViews views) => views.Of()).WithTags("Status");
        app.MapGet("/api/v1/services/{service}/why", (string service, StatusViews views, Ledger ledger) =>
            ledger.Service(service) is { } view
                ? Results.Ok(views.Why(view))
                : Problems.NotFound("service", service, ledger.Services.Select(s => s.Name))).WithTags("Status");
        app.MapGet("/api/v1/lanes/{service}/{environment}/logs", (
            string service, string environment, Nodes.InstanceLogs logs, string? release, long after = 0, int limit = 200) =>
            logs.Read($"{service}/{environment}", release, after, Math.Clamp(limit, 1, 5000))).WithTags("Logs");
        app.MapGet("/api/v1/events", EventsAsync).WithTags("Status").ExcludeFromDescription();
    }

    /// <summary>Server-sent events: every event of the record from now on, and a `status` each second.</summary>
    private static async Task EventsAsync(HttpContext context, LedgerReader reader, StatusViews views)
    {
        var stop = context.RequestAborted;
        context.Response.Headers.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        var events = reader.Follow();
        try
        {
            while (!stop.IsCancellationRequested)
            {
                while (events.TryRead(out var stored))
                    await context.Response.WriteAsync($"id: {stored.Position}\nevent: {stored.Type}\ndata: {LedgerReader.Json(stored)}\n\n", stop);
                var status = System.Text.Json.JsonSerializer.Serialize(views.Of(), Core.Wire.Json);
                await context.Response.WriteAsync($"event: status\ndata: {status}\n\n", stop);
                await context.Response.Body.FlushAsync(stop);
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), stop), events.WaitToReadAsync(stop).AsTask());
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            reader.Leave(events);
        }
    }
}

/// <param name="Position">Newest event of the record that this picture contains.</param>
public sealed record StatusView(
    string Version, DateTimeOffset At, long Position, ImmutableArray<NodeView> Nodes, ImmutableArray<ServiceStatus> Services,
    ImmutableDictionary<string, string> Unreadable);

public sealed record NodeView(string Node, double? HeardSecondsAgo, ImmutableArray<string> Problems);

public sealed record ServiceStatus(ServiceView Service, Core.Pipelines.RunState? Run, ImmutableArray<LaneView> Lanes, ImmutableArray<Wait> Waits);

/// <summary>What is around the services: nodes, runners, and the hosts of their repositories.</summary>
public sealed class Surroundings(NodeBoard nodes, Pipelines.RunnersSeen runners, ReportDesk reports, Policies.PolicyWatch policies, (Drift.DriftWatch Drift, Provisioning.ProvisionWatch Environments) targets)
{
    public Drift.DriftWatch Drift { get; } = targets.Drift;
    public Provisioning.ProvisionWatch Environments { get; } = targets.Environments;
    public Policies.PolicyWatch Policies { get; } = policies;
    public NodeBoard Nodes { get; } = nodes;
    public Pipelines.RunnersSeen Runners { get; } = runners;
    public ReportDesk Reports { get; } = reports;
}

/// <summary>Puts the whole picture together.</summary>
public sealed class StatusViews(
    Ledger ledger, LaneViews lanes, Surroundings around, TimeProvider time)
{
    public StatusView Of() => new(
        StatusEndpoints.Version, time.GetUtcNow(), ledger.Position,
        [.. around.Nodes.Nodes.Select(Node)],
        [.. ledger.Services.Select(s => new ServiceStatus(s, Newest(s), Lanes(s), Why(s)))],
        ledger.Unreadable.ToImmutableDictionary());

    /// <summary>Everything of a service that stands still, from the commit to the last environment.</summary>
    public ImmutableArray<Wait> Why(ServiceView service)
    {
        var waits = ImmutableArray.CreateBuilder<Wait>();
        if (service.Trouble is { } trouble)
            waits.Add(new(WaitKind.Configuration, service.Name, trouble, "The source being readable again; it is tried all the time.", null, null));
        if (service.Refused is { } refused)
            waits.Add(new(WaitKind.Configuration, refused.Commit.Short, refused.Says, Mends(refused.Says, service), refused.At, null));
        if (service.Skipped is { } skipped)
            waits.Add(new(WaitKind.Nothing, skipped.Commit.Short, skipped.Says, null, skipped.At, null));
        if (service.Warns is { } warns)
            waits.Add(new(WaitKind.Configuration, service.Name, warns, null, null, null));
        if (around.Reports.TroubleOf(service.Name) is { } untold)
            waits.Add(new(WaitKind.Configuration, service.Name, $"The host of the repository is not told how commits fare: {untold}.",
                "The host answering; nothing else waits for it.", null, null));
        if (Newest(service) is { } run)
        {
            if (run.IsOpen)
                waits.Add(around.Runners.Wait(run));
            else if (run.Outcome == Core.Pipelines.RunOutcome.Failed)
                waits.Add(new(WaitKind.BuildFailed, run.Id, $"{run.Commit.Short} \"{run.Commit.Subject}\": {run.Says}", "A commit that passes its jobs.", run.FinishedAt, null));
        }
        // Of merge requests, tags and other branches only what nobody carries: the rest moves.
        waits.AddRange(around.Runners.Stuck(service.Name).Where(wait => waits.All(told => told.Subject != wait.Subject)));
        waits.AddRange(Lanes(service).Select(l => l.Wait));
        waits.AddRange(around.Policies.Of(service));
        waits.AddRange(around.Drift.Of(service));
        waits.AddRange(around.Environments.Of(service));
        return waits.ToImmutable();
    }

    /// <summary>A mistake in the configuration begins with its place; everything else says itself what to do.</summary>
    private static string Mends(string says, ServiceView service) =>
        says.StartsWith(service.SpecPath, StringComparison.Ordinal) ? $"A commit with a correct {service.SpecPath}."
            : $"A commit without that; or, when it has been made good elsewhere, `headway run {service.Name}`.";

    private Core.Pipelines.RunState? Newest(ServiceView service) =>
        service.Runs.IsEmpty ? null : ledger.Run(service.Runs[^1]);

    private ImmutableArray<LaneView> Lanes(ServiceView service) =>
        [.. service.Environments.Select(e => lanes.Of(service.Name, e.Name))];

    private NodeView Node(string node) => around.Nodes.LastReport(node) is { } last
        ? new(node, Math.Round(last.Age.TotalSeconds, 1), last.Report.Problems) : new(node, null, []);
}
