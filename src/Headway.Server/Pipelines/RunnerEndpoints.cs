using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.Targets;
using Headway.Server.Access;
using Headway.Server.Artifacts;
using Headway.Server.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Pipelines;

/// <summary>What the server holds of a job's log, and whether the job is to be stopped.</summary>
public sealed record LogHeard(bool Cancel, long Offset);

public sealed record ArtifactKept(string Digest);

/// <summary>
/// What runners ask and tell. Every call names the attempt it is about; one that is over is answered 410.
/// </summary>
public static class RunnerEndpoints
{
    public static void MapRunners(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/node/v1/runners/{runner}/claim", ClaimAsync).ExcludeFromDescription();
        var jobs = routes.MapGroup("/node/v1/jobs/{run}/{job}").ExcludeFromDescription();
        jobs.MapGet("/source", SourceAsync);
        jobs.MapPost("/log", LogAsync);
        jobs.MapPut("/artifact", ArtifactAsync);
        jobs.MapPost("/end", EndAsync);
    }

    private static async Task<IResult> ClaimAsync(
        string runner, JobQueue queue, PipelineOptions options, CancellationToken stop, double wait = 0)
    {
        var within = TimeSpan.FromSeconds(Math.Clamp(wait, 0, options.LongestWait.TotalSeconds));
        return await queue.ClaimAsync(runner, within, stop) is { } order ? Results.Ok(order) : Results.NoContent();
    }

    private static async Task<IResult> SourceAsync(
        string run, string job, JobsAtWork work, ServiceBook services, SourceMirrors mirrors, HttpContext http,
            int attempt = 1)
    {
        if (work.Find(run, job, attempt) is not { } at) return Gone(run, job, attempt);
        var service = services.Find(at.Run.Service)!;
        http.Response.ContentType = "application/x-tar";
        await mirrors.Of(service.Source, service.Branch)
            .ArchiveAsync(at.Run.Commit.Sha, http.Response.Body, http.RequestAborted);
        return Results.Empty;
    }

    private static async Task<IResult> LogAsync(
        string run, string job, JobsAtWork work, JobLogs logs, HttpRequest request, int attempt = 1, long offset = 0)
    {
        if (work.Find(run, job, attempt) is not { } at) return Gone(run, job, attempt);
        var held = await logs.AppendAsync(run, at.Job, offset, request.Body, request.HttpContext.RequestAborted);
        return Results.Ok(new LogHeard(at.Run.CancelWhy is not null, held));
    }

    private static async Task<IResult> ArtifactAsync(
        string run, string job, JobsAtWork work, ArtifactUpload upload, HttpContext http, int attempt = 1)
    {
        if (work.Find(run, job, attempt) is not { } at) return Gone(run, job, attempt);
        // The artifact store has a limit of its own.
        ServerLimits.AllowBody(http, long.MaxValue);
        try
        {
            return Results.Ok(new ArtifactKept(await upload.KeepAsync(run, at.Job, http.Request, http.RequestAborted)));
        }
        catch (BlobTooLargeException e)
        {
            return Results.Problem(e.Message, statusCode: 413, title: "Artifact too large");
        }
    }

    private static async Task<IResult> EndAsync(
        string run, string job, JobEnd end, JobsAtWork work, RunBook runs, JobLogs logs, CancellationToken stop,
            int attempt = 1)
    {
        if (work.Find(run, job, attempt) is not { } at)
            return work.HasEnded(run, job, attempt) ? Results.NoContent() : Gone(run, job, attempt);
        var spec = at.Run.Spec.Jobs.First(each => each.Name == job);
        var digest = await logs.DigestAsync(run, at.Job, stop);
        if (end.Outcome is Outcome.Succeeded && spec.Artifact is not null && digest is null)
            return Results.Problem(
                "The job keeps an artifact, and none was uploaded.", statusCode: 409, title: "Artifact missing");
        var outcome = end.Outcome is Outcome.Running ? Outcome.Lost : end.Outcome;
        var finished = new RunEvent.JobFinished(
            job, outcome, end.ExitCode, end.Says,
                outcome is Outcome.Succeeded && spec.Artifact is not null ? digest : null);
        await runs.ChangeAsync(run, at.Job.Runner!, state =>
            state.Job(job) is { Phase: JobPhase.Running } now && now.Attempt == attempt
                ? RunDecision.Of(finished) : RunDecision.Of(), stop);
        return Results.NoContent();
    }

    private static IResult Gone(string run, string job, int attempt) => Results.Problem(
        $"Attempt {attempt} of job {job} of run {run} is not under way: it ended, or was given to another runner.",
        statusCode: 410, title: "Job is not yours");
}
