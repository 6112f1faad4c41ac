using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;
using Headway.Server.Access;
using Headway.Server.Artifacts;
using Headway.Server.Journal;
using Headway.Server.Pipelines;
using Headway.Server.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.SupplyChain;

/// <summary>Releases with everything that is said about them, and the way in from another CI.</summary>
public static class ReleaseEndpoints
{
    public static void MapReleases(this IEndpointRouteBuilder app)
    {
        var releases = app.MapGroup("/api/v1/releases").WithTags("Releases");
        releases.MapPost("/", HandOverAsync).WithName("createRelease")
            .WithSummary("Make a release of an artifact that was built elsewhere.");
        releases.MapPost("/files", UploadAsync).WithName("uploadReleaseFile")
            .WithSummary("Upload a file that a release is to be made of; the answer is its digest.");
        releases.MapGet("/{id}", With((release, http) => AnswerAsync(
            http.Get<ReleaseViews>().OfAsync(release, http.RequestAborted)))).WithName("getRelease");
        releases.MapGet("/{id}/verification", With((release, http) => AnswerAsync(
            http.Get<ReleaseGate>().VerifyAsync(release, http.RequestAborted)))).WithName("verifyRelease");
        releases.MapGet("/{id}/sbom", Said(PredicateType.BillOfMaterials, "bill of materials"))
            .WithName("getReleaseBill");
        releases.MapGet("/{id}/provenance", Said(PredicateType.Provenance, "provenance"))
            .WithName("getReleaseProvenance");
        releases.MapGet("/{id}/export", With(ExportAsync)).WithName("exportRelease")
            .WithSummary("The release with all that is said about it, as an OCI image layout in a tar.");
    }

    private static async Task<IResult> HandOverAsync(
        HandoverRequest asked, ReleaseHandover handover, HttpContext http, CancellationToken stop)
    {
        var answer = await handover.TakeAsync(asked, RolloutEndpoints.Actor(http), stop);
        if (answer.Release is { } release)
            return answer.IsNew ? Results.Created($"/api/v1/releases/{release.Id}", release) : Results.Ok(release);
        return Results.Problem(
            answer.Says, statusCode: answer.Status, title: "Not taken", type: $"urn:headway:{answer.Rule}");
    }

    private static async Task<IResult> UploadAsync(HttpContext http, BlobStore blobs)
    {
        // The store of blobs has a limit of its own.
        ServerLimits.AllowBody(http, long.MaxValue);
        try
        {
            return Results.Ok(await blobs.WriteAsync(http.Request.Body, http.RequestAborted));
        }
        catch (BlobTooLargeException e)
        {
            return Results.Problem(e.Message, statusCode: 413, title: "Too large");
        }
    }

    private static Delegate Said(string kind, string what) => With(async (release, http) =>
        await http.Get<ReleaseViews>().StatementAsync(release, kind, http.RequestAborted) is { } statement
            ? Results.Ok(statement.Predicate)
            : Results.Problem(
                $"{release.Id} has no {what} by anybody who is trusted here.", statusCode: 404, title: $"No {what}"));

    private static async Task<IResult> ExportAsync(Release release, HttpContext http)
    {
        if (release.ManifestDigest is null)
            return Results.Problem($"{release.Id} was made before releases had manifests; build its commit again.",
                statusCode: 409, title: "Nothing to export");
        http.Response.ContentType = "application/x-tar";
        return await http.Get<ReleaseExport>().WriteAsync(release, http.Response.Body, http.RequestAborted)
            ? Results.Empty
            : Results.Problem($"The manifest of {release.Id} is not here any more, or was altered.", statusCode: 409,
                title: "Nothing to export");
    }

    private static async Task<IResult> AnswerAsync<T>(Task<T> made) => Results.Ok(await made);

    private static Delegate With(Func<Release, HttpContext, Task<IResult>> answer) =>
        (string id, HttpContext http) => Find(id, http) is { } release ? answer(release, http)
            : Task.FromResult(Results.Problem($"There is no release {id}. `headway releases` lists them.", statusCode: 404,
                title: "No such release"));

    /// <summary>The book of runs knows a release at once, the ledger a moment later.</summary>
    private static Release? Find(string id, HttpContext http) => http.Get<Ledger>().Release(id)
        ?? http.Get<RunBook>().All.Select(run => run.Release).FirstOrDefault(release => release?.Id == id);

    private static T Get<T>(this HttpContext http) => (T)http.RequestServices.GetService(typeof(T))!;
}
