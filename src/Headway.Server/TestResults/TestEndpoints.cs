using System.Collections.Immutable;
using Headway.Core.TestResults;
using Headway.Server.Access;
using Headway.Server.Pipelines;
using Headway.Server.TestResults.Keeping;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.TestResults;

/// <param name="Until">`2026-12-24`, the last day on which it holds.</param>
public sealed record QuarantineAsked(string Test, string Owner, DateOnly Until, string Why);

/// <summary>Tests of runs, their history, quarantines, and how pipelines do.</summary>
public static class TestEndpoints
{
    private const int MostDays = 365;

    public static void MapTests(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/runs/{run}/tests", (string run, RunBook runs, TestViews views) =>
            runs.Find(run) is { } found ? Results.Ok(views.OfRun(found)) : Unknown($"There is no run {run}."))
            .WithName("getRunTests").WithTags("Tests").WithSummary("Tests of a run, failures first with their output.");
        routes.MapGet("/api/v1/pipelines/stats", Stats).WithName("getPipelineStats").WithTags("Tests")
            .WithSummary("Success rate, durations and queue times of pipelines, by service and day.");
        var tests = routes.MapGroup("/api/v1/tests/{service}").WithTags("Tests");
        tests.MapGet("/", (string service, RunBook runs, TestViews views) =>
            Known(runs, service) ? Results.Ok(views.Unsteady(service, Written(runs, service))) : Unknown($"No run of {service}."))
            .WithName("listUnsteadyTests").WithSummary("Tests that are flaky, suspected, or worse than they were.");
        tests.MapGet("/history", (string service, string test, RunBook runs, TestViews views) =>
            views.HistoryOf(service, test, Written(runs, service)) is { } found ? Results.Ok(found)
                : Unknown($"No test of {service} is called {Shown(test)}, or ends so."))
            .WithName("getTestHistory");
        tests.MapGet("/quarantines", (string service, RunBook runs, TestViews views) =>
            views.Quarantines(service, Written(runs, service))).WithName("listQuarantines");
        tests.MapPost("/quarantines", PlaceAsync).WithName("placeQuarantine");
        tests.MapPost("/quarantines/lift", LiftAsync).WithName("liftQuarantine");
    }

    private static async Task<IResult> PlaceAsync(
        string service, QuarantineAsked asked, RunBook runs, QuarantineBook book, HttpContext http)
    {
        if (!Known(runs, service)) return Unknown($"No run of {service}: nothing there could be in quarantine.");
        var quarantine = new Quarantine(asked.Test ?? "", asked.Owner ?? "", asked.Until, asked.Why ?? "");
        return await book.PlaceAsync(service, quarantine, http.Actor(), http.RequestAborted) is { } refused
            ? Refused(refused) : Results.Ok(quarantine);
    }

    private static async Task<IResult> LiftAsync(
        string service, QuarantineLiftAsked asked, QuarantineBook book, HttpContext http) =>
        await book.LiftAsync(service, asked.Test ?? "", asked.Why ?? "A person lifted it.", http.Actor(), http.RequestAborted) is { } refused
            ? Refused(refused) : Results.NoContent();

    private static IResult Stats(RunBook runs, TimeProvider time, string? service = null, int days = 30)
    {
        var from = time.GetUtcNow().AddDays(-Math.Clamp(days, 1, MostDays));
        var ended = runs.All.Select(EndedRun.Of).OfType<EndedRun>()
            .Where(run => run.EndedAt >= from && (service is null || run.Service == service)).ToList();
        if (service is not null) return Results.Ok(new[] { PipelineStats.Of(service, [.. ended]) });
        return Results.Ok(ended.GroupBy(run => run.Service).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => PipelineStats.Of(group.Key, [.. group])).ToArray());
    }

    private static bool Known(RunBook runs, string service) => runs.All.Any(run => run.Service == service);

    /// <summary>Of the newest run of the branch: what stands in its headway.yaml.</summary>
    private static ImmutableArray<Quarantine> Written(RunBook runs, string service) =>
        runs.All.Where(run => run.Service == service && run.Trigger?.MayRelease is not false).MaxBy(run => run.Number)
            is { Spec.Tests.Quarantine: { IsDefault: false } written } ? written : [];

    private static string Shown(string name) => name.Length > 100 ? name[..100] + "..." : name;

    private static IResult Unknown(string says) => Results.Problem(says, statusCode: 404, title: "No such thing");

    private static IResult Refused(string says) => Results.Problem(says, statusCode: 422, title: "Quarantine refused");
}

public sealed record QuarantineLiftAsked(string Test, string? Why);
