using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Scans;
using Headway.Core.Scans.Formats;
using Headway.Server.Access;
using Headway.Server.Artifacts;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Scans;

/// <summary>Findings, triage and VEX as people and programs ask for them.</summary>
public static class ScanEndpoints
{
    public static IServiceCollection AddScans(this IServiceCollection services) => services
        .AddSingleton<ScanReadings>().AddSingleton<ReleaseScans>()
        .AddSingleton<ScanViews>().AddSingleton<TriageBook>()
        .AddGate(s => s.GetRequiredService<ReleaseScans>().GateAsync);

    public static void MapScans(this IEndpointRouteBuilder app)
    {
        var scans = app.MapGroup("/api/v1/scans/{service}").WithTags("Scans");
        scans.MapGet("/", ViewAsync).WithName("getScans");
        scans.MapPost("/triage", async (string service, TriageAsked asked, TriageBook book, Ledger ledger, HttpContext http) =>
            await KnownAsync(ledger, service, async () =>
                Answer(await book.TriageAsync(service, asked, RolloutEndpoints.Actor(http), http.RequestAborted))));
        scans.MapPost("/triage/withdraw",
            async (string service, TriageWithdrawAsked asked, TriageBook book, Ledger ledger, HttpContext http) =>
            await KnownAsync(ledger, service, async () =>
                Answer(await book.WithdrawAsync(service, asked, RolloutEndpoints.Actor(http), http.RequestAborted))));
        scans.MapGet("/vex", async (string service, ReleaseScans known, Ledger ledger, TimeProvider time, CancellationToken stop) =>
            await KnownAsync(ledger, service, async () => Results.Text(
                VexDocument.Of(service, await known.TriageAsync(service, stop), time.GetUtcNow()), "application/json")));
        scans.MapPost("/vex", ImportAsync);
        scans.MapPost("/results", AddAsync);
        scans.MapPost("/rescan", Rescanning.RescanAsync);
    }

    private static async Task<IResult> ViewAsync(
        string service, Ledger ledger, ScanViews views, CancellationToken stop, string? release = null)
    {
        if (ledger.Service(service) is not { } view) return Unknown(ledger, service);
        var only = release is null ? null : ledger.Release(release);
        return release is not null && only is null ? UnknownRelease(ledger, service, release)
            : Results.Ok(await views.OfAsync(view, only, stop));
    }

    private static async Task<IResult> ImportAsync(
        string service, TriageBook book, Ledger ledger, HttpContext http, DateTimeOffset? until = null)
    {
        if (ledger.Service(service) is null) return Unknown(ledger, service);
        using var file = new MemoryStream();
        await http.Request.Body.CopyToAsync(file, http.RequestAborted);
        if (VexDocument.Asked(file.ToArray(), until) is not { } asked)
            return Results.Problem("It is not an OpenVEX document.", statusCode: 422, title: "Not VEX");
        foreach (var one in asked)
            if (await book.TriageAsync(service, one, RolloutEndpoints.Actor(http), http.RequestAborted) is { } refusal)
                return Answer(refusal);
        return Results.Ok(asked);
    }

    /// <summary>A result of any scanner, for a release that is made already.</summary>
    private static async Task<IResult> AddAsync(
        string service, string release, string path, BlobStore blobs, ScanReadings readings, HttpContext http)
    {
        var ledger = http.RequestServices.GetRequiredService<Ledger>();
        var book = http.RequestServices.GetRequiredService<TriageBook>();
        if (ledger.Release(release) is not { } known || known.Service != service) return UnknownRelease(ledger, service, release);
        if (http.Request.ContentLength is not { } length || length > JobResult.LargestBytes)
            return Results.Problem($"A result says its length and has at most {JobResult.LargestBytes >> 20} MB.",
                statusCode: 413, title: "Result not kept");
        ServerLimits.AllowBody(http, JobResult.LargestBytes);
        var blob = await blobs.WriteAsync(http.Request.Body, http.RequestAborted);
        var reading = await readings.OfAsync(blob.Digest, http.RequestAborted);
        if (reading.Format == "unknown")
            return Results.Problem(reading.NotScanned, statusCode: 422, title: "Not a result of a scan");
        var refusal = await book.AddAsync(service, release, new(ResultKind.Scan, path, blob.Digest, blob.Length),
            RolloutEndpoints.Actor(http), http.RequestAborted);
        return refusal is null ? Results.Ok(new ResultTaken(reading.Format, reading.Findings.Length, reading.NotScanned)) : Answer(refusal);
    }

    private static async Task<IResult> KnownAsync(Ledger ledger, string service, Func<Task<IResult>> act) =>
        ledger.Service(service) is null ? Unknown(ledger, service) : await act();

    private static IResult Unknown(Ledger ledger, string service) =>
        Problems.NotFound("service", service, ledger.Services.Select(each => each.Name));

    private static IResult UnknownRelease(Ledger ledger, string service, string release) => Problems.NotFound(
        "release", release, ledger.Releases.Where(each => each.Service == service).Select(each => each.Id));

    private static IResult Answer(Refusal? refusal) => refusal is null ? Results.NoContent()
        : Results.Problem(refusal.Says, statusCode: 409, title: "Not now", type: $"urn:headway:{refusal.Rule}");
}

/// <param name="NotScanned">Why it is no evidence, or null.</param>
public sealed record ResultTaken(string Format, int Findings, string? NotScanned);
