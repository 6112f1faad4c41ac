using Headway.Server.Status;
using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Series;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Telemetry.Promql.Http;

/// <summary>
/// The query API of Prometheus under `/prometheus`, which is the address that Grafana gets. It needs a
/// <see cref="SelectSeries"/> among the services, and <see cref="AddPrometheus"/>.
/// </summary>
public static class PrometheusEndpoints
{
    private static readonly object NoTargets = new { activeTargets = Array.Empty<object>(), droppedTargets = Array.Empty<object>() };

    private delegate Task Answer(HttpContext context, Parameters parameters);

    public static IServiceCollection AddPrometheus(this IServiceCollection services, QueryLimits? limits = null) =>
        services.AddSingleton(s => new Engine(s.GetRequiredService<SelectSeries>(), limits ?? new()));

    public static void MapPrometheus(this IEndpointRouteBuilder app)
    {
        var engine = app.ServiceProvider.GetRequiredService<Engine>();
        var time = app.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        var log = app.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Headway.Prometheus");
        var api = app.MapGroup("/prometheus/api/v1").ExcludeFromDescription();
        string[] read = ["GET"], both = ["GET", "POST"];
        void Map(string path, string[] methods, Answer answer) =>
            api.MapMethods(path, methods, context => GuardedAsync(context, answer, log));

        Map("/query", both, (c, p) => QueryEndpoints.InstantAsync(c, p, engine, time, c.RequestAborted));
        Map("/query_range", both, (c, p) => QueryEndpoints.RangeAsync(c, p, engine, c.RequestAborted));
        Map("/query_exemplars", both, QueryEndpoints.ExemplarsAsync);
        Map("/format_query", both, QueryEndpoints.FormatAsync);
        Map("/series", both, (c, p) => SeriesEndpoints.SeriesAsync(c, p, engine, time));
        Map("/labels", both, (c, p) => SeriesEndpoints.LabelsAsync(c, p, engine, time));
        Map("/label/{name}/values", read, (c, p) =>
            SeriesEndpoints.ValuesAsync(c, p, engine, time, (string)c.Request.RouteValues["name"]!));
        Map("/metadata", read, (c, p) => SeriesEndpoints.MetadataAsync(c, p, engine, time));
        Map("/rules", read, (c, _) => ApiAnswer.SuccessAsync(c, new { groups = Array.Empty<object>() }));
        Map("/alerts", read, (c, _) => ApiAnswer.SuccessAsync(c, new { alerts = Array.Empty<object>() }));
        Map("/alertmanagers", read, (c, _) => ApiAnswer.SuccessAsync(
            c, new { activeAlertmanagers = Array.Empty<object>(), droppedAlertmanagers = Array.Empty<object>() }));
        Map("/targets", read, (c, _) => ApiAnswer.SuccessAsync(c, NoTargets));
        Map("/status/buildinfo", read, (c, _) => ApiAnswer.SuccessAsync(c, BuildInfo));
        Map("/status/config", read, (c, _) => ApiAnswer.SuccessAsync(c, new { yaml = "global: {}\n" }));
        Map("/status/flags", read, (c, _) => ApiAnswer.SuccessAsync(c, Flags(engine.Limits)));
        Map("/status/runtimeinfo", read, (c, _) => ApiAnswer.SuccessAsync(c, new { corruptionCount = 0 }));
        app.MapGet("/prometheus/-/healthy", () => "Headway answers queries.\n").ExcludeFromDescription();
        app.MapGet("/prometheus/-/ready", () => "Headway answers queries.\n").ExcludeFromDescription();
    }

    /// <summary>Grafana chooses its features by the version of the language that is spoken here.</summary>
    private static readonly object BuildInfo = new
    {
        version = "2.42.0", revision = StatusEndpoints.Version, branch = "headway", buildUser = "headway", buildDate = "", goVersion = "",
    };

    private static Dictionary<string, string> Flags(QueryLimits limits) => new()
    {
        ["query.lookback-delta"] = Syntax.PromDuration.Says((long)limits.LookBack.TotalMilliseconds),
        ["query.max-concurrency"] = limits.AtOnce.ToString(),
        ["query.max-samples"] = limits.Samples.ToString(),
        ["query.timeout"] = Syntax.PromDuration.Says((long)limits.Timeout.TotalMilliseconds),
    };

    private static async Task GuardedAsync(HttpContext context, Answer answer, ILogger log)
    {
        try
        {
            await answer(context, await Parameters.OfAsync(context));
        }
        catch (QueryFailedException failure)
        {
            await ApiAnswer.FailureAsync(context, failure);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
        catch (Exception mistake) when (mistake is not BadHttpRequestException)
        {
            log.LogError(mistake, "A query could not be answered: {Path}{Query}", context.Request.Path, context.Request.QueryString);
            await ApiAnswer.FailureAsync(context, QueryFailedException.Execution($"unexpected error: {mistake.Message}"));
        }
    }
}
