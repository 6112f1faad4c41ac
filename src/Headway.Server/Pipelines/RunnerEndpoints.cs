using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.Targets;
using Headway.Core.TestResults;
using Headway.Server.Access;
using Headway.Server.Artifacts;
using Headway.Server.Secrets;
using Headway.Server.Sources;
using Headway.Server.TestResults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Pipelines;

/// <summary>What the server holds of a job's log, and whether the job is to be stopped.</summary>
public sealed record LogHeard(bool Cancel, long Offset);

public sealed record ArtifactKept(string Digest);

/// <summary>
/// What runners ask and tell. Every call names the attempt it is about; one that is over is answered 410.
/// </summary>
public static class RunnerEndpoints
{
    /// <summary>Characters of what a runner says of its tools: a digest, or a few words.</summary>
    private const int LongestTools = 200;

    public static void MapRunners(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/node/v1/runners/{runner}/claim", ClaimAsync).ExcludeFromDescription();
        routes.MapGet("/api/v1/runners", (RunnersSeen seen) => seen.All()).WithTags("Runs").WithName("listRunners")
            .WithSummary("Runners that asked for work lately or carry a job, with their labels.");
        var jobs = routes.MapGroup("/node/v1/jobs/{run}/{job}").ExcludeFromDescription();
        jobs.MapGet("/source", SourceAsync);
        jobs.MapPost("/log", LogAsync);
        jobs.MapPut("/artifact", ArtifactAsync);
        jobs.MapPut("/results/{kind}", ResultAsync);
        jobs.MapPost("/end", EndAsync);
    }

    private static async Task<IResult> ClaimAsync(
        string runner, JobQueue queue, RunBook runs, RunnersSeen seen, PipelineOptions options, CancellationToken stop,
            double wait = 0, [FromQuery] string[]? label = null, JobTrust trust = JobTrust.Branch, string tools = "")
    {
        if (runner.Length > 200 || label is { Length: > RunnerOffer.MostLabels })
            return Results.Problem($"A runner has a name of at most 200 characters and {RunnerOffer.MostLabels} labels.",
                statusCode: 400, title: "Too long");
        await runs.HeardToolsAsync(runner, tools.Length <= LongestTools ? tools : tools[..LongestTools], stop);
        var within = TimeSpan.FromSeconds(Math.Clamp(wait, 0, options.LongestWait.TotalSeconds));
        var offer = new RunnerOffer(runner, [.. label ?? []], trust);
        seen.Asks(offer);
        return await queue.ClaimAsync(offer, within, stop) is { } order ? Results.Ok(order) : Results.NoContent();
    }

    private static async Task<IResult> SourceAsync(
        string run, string job, JobsAtWork work, ServiceBook services, SourceMirrors mirrors, HttpContext http,
            int attempt = 1)
    {
        if (work.Find(run, job, attempt, http.Who()) is not { } at) return Gone(run, job, attempt);
        var service = services.Find(at.Run.Service)!;
        http.Response.ContentType = "application/x-tar";
        await mirrors.Of(service.Source, service.Branch)
            .ArchiveAsync(at.Run.Commit.Sha, http.Response.Body, http.RequestAborted);
        return Results.Empty;
    }

    private static async Task<IResult> LogAsync(
        string run, string job, JobsAtWork work, JobLogs logs, HttpRequest request, int attempt = 1, long offset = 0,
            string? beside = null)
    {
        if (work.Find(run, job, attempt, request.HttpContext.Who()) is not { } at) return Gone(run, job, attempt);
        if (beside is not null && !LogName.Besides(at.Run, job).Contains(beside)) return Gone(run, job, attempt);
        var mask = request.HttpContext.RequestServices.GetService<SecretMasks>()?
            .Of(at.Run.Spec.Jobs.First(each => each.Name == job).Secrets);
        var held = await logs.AppendAsync(
            new(run, job, attempt, beside), offset, request.Body, request.HttpContext.RequestAborted, mask);
        return Results.Ok(new LogHeard(at.Run.CancelWhy is not null, held));
    }

    private static async Task<IResult> ArtifactAsync(
        string run, string job, JobsAtWork work, ArtifactUpload upload, HttpContext http, int attempt = 1)
    {
        if (work.Find(run, job, attempt, http.Who()) is not { } at) return Gone(run, job, attempt);
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

    private static async Task<IResult> ResultAsync(
        string run, string job, ResultKind kind, string path, JobsAtWork work, ArtifactUpload upload, HttpContext http,
            int attempt = 1)
    {
        if (work.Find(run, job, attempt, http.Who()) is not { } at) return Gone(run, job, attempt);
        ServerLimits.AllowBody(http, JobResult.LargestBytes);
        return await upload.KeepResultAsync(run, at.Job, kind, path, http.Request, http.RequestAborted)
            ? Results.NoContent()
            : Results.Problem(
                $"A result may have {JobResult.LargestBytes >> 20} MB and a job {JobResult.Most} of them.",
                statusCode: 413, title: "Result not kept");
    }

    private static async Task<IResult> EndAsync(
        string run, string job, JobEnd end, JobsAtWork work, RunBook runs, JobLogs logs, JobReports reports,
            HttpContext http, int attempt = 1)
    {
        var stop = http.RequestAborted;
        if (work.Find(run, job, attempt, http.Who()) is not { } at)
            return work.HasEnded(run, job, attempt) ? Results.NoContent() : Gone(run, job, attempt);
        var spec = at.Run.Spec.Jobs.First(each => each.Name == job);
        var digest = await logs.DigestAsync(run, at.Job, stop);
        if (end.Outcome is Outcome.Succeeded && spec.Artifact is not null && digest is null)
            return Results.Problem(
                "The job keeps an artifact, and none was uploaded.", statusCode: 409, title: "Artifact missing");
        var results = await logs.ResultsAsync(run, at.Job, stop);
        var verdict = await reports.JudgeAsync(
            new(at.Run, at.Job, end with { Outcome = end.Outcome is Outcome.Running ? Outcome.Lost : end.Outcome }, results), stop);
        var finished = new RunEvent.JobFinished(job, verdict.Outcome, end.ExitCode, verdict.Says,
            verdict.Outcome is Outcome.Succeeded && spec.Artifact is not null ? digest : null) { Results = results, Excused = verdict.Excused };
        await runs.ChangeAsync(run, at.Job.Runner!, state =>
            state.Job(job) is { Phase: JobPhase.Running } now && now.Attempt == attempt
                ? Ended(state, finished, verdict) : RunDecision.Of(), stop);
        return Results.NoContent();
    }

    /// <summary>A job that only flaky tests have failed waits again, unless nobody wants the run any more.</summary>
    private static RunDecision Ended(RunState state, RunEvent.JobFinished finished, JobVerdict verdict) =>
        verdict.Retry.IsEmpty || state.CancelWhy is not null ? RunDecision.Of(finished)
            : RunDecision.Of(finished, new RunEvent.JobRequeued(
                finished.Job, $"Tried once more: {TestReport.Names(verdict.Retry)} known to be flaky, and nothing else failed.",
                RunnerLost: false) { FlakyTests = verdict.Retry });

    private static IResult Gone(string run, string job, int attempt) => Results.Problem(
        $"Attempt {attempt} of job {job} of run {run} is not under way: it ended, or was given to another runner.",
        statusCode: 410, title: "Job is not yours");
}
