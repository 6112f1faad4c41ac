using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Pacts;
using Headway.Core.Pipelines;
using Headway.Server.Access;
using Headway.Server.Artifacts;
using Headway.Server.Journal;
using Headway.Server.Pipelines;
using Headway.Server.Rollouts;
using Headway.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Pacts;

/// <param name="Environment">Where it would go.</param>
public sealed record CanDeploy(string Service, string Release, string Environment, ContractDecision Decision);

/// <summary>Contracts as people, programs and runners ask for them.</summary>
public static class ContractEndpoints
{
    /// <summary>Where a job finds the contracts that it is to verify.</summary>
    public const string Folder = ".headway/contracts/pacts";

    public static IServiceCollection AddContracts(this IServiceCollection services) => services
        .AddSingleton<PactReadings>().AddSingleton<ContractBook>()
        .AddGate(s => s.GetRequiredService<ContractBook>().GateAsync);

    public static void MapContracts(this IEndpointRouteBuilder app)
    {
        var contracts = app.MapGroup("/api/v1/contracts/{service}").WithTags("Contracts");
        contracts.MapGet("/can-i-deploy", CanDeployAsync);
        contracts.MapGet("/consumers", async (string service, ContractBook book, CancellationToken stop) =>
            await book.OfConsumersAsync(service, stop));
        contracts.MapPost("/results", AddAsync);
        app.MapGet("/node/v1/jobs/{run}/{job}/contracts", ForJobAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> CanDeployAsync(
        string service, string to, Ledger ledger, ContractBook book, string? release = null, CancellationToken stop = default)
    {
        if (ledger.Service(service) is not { } view)
            return Problems.NotFound("service", service, ledger.Services.Select(each => each.Name));
        if ((release is null ? view.Newest : ledger.Release(release)) is not { } meant || meant.Service != service)
            return Problems.NotFound("release", release ?? "(the newest)",
                ledger.Releases.Where(each => each.Service == service).Select(each => each.Id));
        return meant.Spec.Environments.All(each => each.Name != to)
            ? Problems.NotFound("environment", to, meant.Spec.Environments.Select(each => each.Name))
            : Results.Ok(new CanDeploy(service, meant.Id, to, await book.DecideAsync(meant, to, stop)));
    }

    /// <summary>A Pact file or a verification for a release that is made already.</summary>
    private static async Task<IResult> AddAsync(
        string service, string release, string path, BlobStore blobs, PactReadings readings, HttpContext http)
    {
        var ledger = http.RequestServices.GetRequiredService<Ledger>();
        if (ledger.Release(release) is not { } known || known.Service != service)
            return Problems.NotFound("release", release,
                ledger.Releases.Where(each => each.Service == service).Select(each => each.Id));
        if (http.Request.ContentLength is not { } length || length > PactReader.MostBytes)
            return Results.Problem($"A file of contracts says its length and has at most {PactReader.MostBytes >> 20} MB.",
                statusCode: 413, title: "Not kept");
        ServerLimits.AllowBody(http, PactReader.MostBytes);
        var blob = await blobs.WriteAsync(http.Request.Body, http.RequestAborted);
        if ((await readings.OfAsync(blob.Digest, http.RequestAborted)).Problem is { } problem)
            return Results.Problem(problem, statusCode: 422, title: "Not a contract");
        await AppendAsync(http.RequestServices.GetRequiredService<IEventStore>(), service,
            new(release, new(ResultKind.Contracts, path, blob.Digest, blob.Length)), RolloutEndpoints.Actor(http), http.RequestAborted);
        var turns = http.RequestServices.GetRequiredService<LaneTurns>();
        foreach (var each in ledger.Services)
            foreach (var environment in each.Environments) turns.Wake(each.Name, environment.Name);
        return Results.NoContent();
    }

    private static async Task AppendAsync(
        IEventStore store, string service, PactEvent.ResultAdded added, string actor, CancellationToken stop)
    {
        var stream = PactEvent.StreamOf(service);
        while (true)
            try
            {
                var version = (await store.ReadStreamAsync(stream, 0, stop)) is [.., var last] ? last.Version : 0;
                await store.AppendAsync<PactEvent>(stream, version, actor, [added], stop);
                return;
            }
            catch (VersionConflictException)
            {
                // Another result came in the same moment.
            }
    }

    /// <summary>The contracts of the consumers of the job's service as a tar, to be unpacked over its source.</summary>
    private static async Task<IResult> ForJobAsync(
        string run, string job, JobsAtWork work, ContractBook book, HttpContext http, int attempt = 1)
    {
        if (work.Find(run, job, attempt, http.Who()) is not { } at)
            return Results.Problem($"Attempt {attempt} of job {job} of run {run} is not under way.",
                statusCode: 410, title: "Job is not yours");
        var pacts = await book.OfConsumersAsync(at.Run.Service, http.RequestAborted);
        http.Response.ContentType = "application/x-tar";
        await WriteAsync(pacts, http.Response.Body, http.RequestAborted);
        return Results.Empty;
    }

    private static async Task WriteAsync(ImmutableArray<PactToVerify> pacts, Stream output, CancellationToken stop)
    {
        await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        for (var at = 0; at < pacts.Length; at++)
        {
            using var data = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(pacts[at], Wire.Json));
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, $"{Folder}/{at:000}-{pacts[at].Consumer}.json")
            {
                DataStream = data,
            }, stop);
        }
    }
}
