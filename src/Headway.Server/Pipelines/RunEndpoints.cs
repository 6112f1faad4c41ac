using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using Headway.Core.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Pipelines;

/// <param name="Why">For the record; null: a person asked.</param>
public sealed record RunAsked(string? Why = null);

/// <summary>Runs and the logs of their jobs, for people.</summary>
public static class RunEndpoints
{
    private const int MostRuns = 500;

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        var runs = routes.MapGroup("/api/v1/runs").WithTags("Runs");
        runs.MapGet("/", List).WithName("listRuns").WithSummary("The newest runs, of one service or of all.");
        runs.MapGet("/{run}", (string run, RunBook book) =>
            book.Find(run) is { } found ? Results.Ok(found) : Unknown(run))
            .WithName("getRun");
        runs.MapPost("/{run}/cancel", (string run, RunBook book, RunAsked? asked, CancellationToken stop) =>
            AskAsync(run, book, new RunCommand.Cancel(asked?.Why ?? "A person cancelled it."), stop))
                .WithName("cancelRun");
        runs.MapPost("/{run}/jobs/{job}/restart",
            (string run, string job, RunBook book, RunAsked? asked, CancellationToken stop) =>
            AskAsync(run, book, new RunCommand.RestartJob(job, asked?.Why ?? "A person restarted it."), stop))
                .WithName("restartJob");
        runs.MapGet("/{run}/jobs/{job}/log", LogAsync).WithName("getJobLog")
            .WithSummary("What a job wrote; follow=true sends it as server-sent events while it grows.");
    }

    private static IEnumerable<RunState> List(RunBook book, string? service = null, int limit = 50) => book.All
        .Where(run => service is null || run.Service == service)
        .OrderByDescending(run => run.StartedAt).ThenByDescending(run => run.Number)
            .Take(Math.Clamp(limit, 1, MostRuns));

    private static async Task<IResult> AskAsync(string run, RunBook book, RunCommand command, CancellationToken stop)
    {
        if (book.Find(run) is null) return Unknown(run);
        var decision = await book.ChangeAsync(run, "person", state => RunDecider.Decide(state, command), stop);
        return decision.Refusal is { } refusal
            ? Results.Problem(refusal.Says, statusCode: 409, title: $"Refused: {refusal.Rule}")
            : Results.Ok(book.Find(run));
    }

    private static async Task<IResult> LogAsync(
        string run, string job, RunBook book, JobLogs logs, HttpContext http, bool follow = false, int? attempt = null)
    {
        if (book.Find(run)?.Job(job) is not { } found) return Unknown($"{run}/{job}");
        var meant = attempt ?? Math.Max(found.Attempt, 1);
        if (follow)
            return TypedResults.ServerSentEvents(
                new LogTail(book, logs, run, job, meant).ItemsAsync(http.RequestAborted));
        http.Response.ContentType = "text/plain; charset=utf-8";
        for (var offset = 0L; ;)
        {
            var piece = await logs.ReadAsync(run, job, meant, offset, LogTail.PieceBytes, http.RequestAborted);
            if (piece.Length == 0) return Results.Empty;
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            offset += piece.Length;
        }
    }

    private static IResult Unknown(string run) =>
        Results.Problem(
            $"There is no run or job {run}: GET /api/v1/runs lists them.", statusCode: 404, title: "No such run");
}

/// <summary>
/// A job's log as server-sent events: `log` with a piece of text, at last `end` with the phase of the job.
/// </summary>
internal sealed class LogTail(RunBook book, JobLogs logs, string run, string job, int attempt)
{
    public const int PieceBytes = 64 * 1024;
    private readonly Decoder _text = Encoding.UTF8.GetDecoder();

    public async IAsyncEnumerable<SseItem<string>> ItemsAsync([EnumeratorCancellation] CancellationToken stop)
    {
        for (var offset = 0L; ;)
        {
            var changed = Task.WhenAny(book.Changed.Next, logs.GrownAsync(run, job, attempt));
            var over = IsOver();
            var piece = await logs.ReadAsync(run, job, attempt, offset, PieceBytes, stop);
            offset += piece.Length;
            if (piece.Length > 0) yield return new(TextOf(piece), "log");
            else if (over) break;
            else await changed.WaitAsync(stop);
        }
        yield return new(book.Find(run)?.Job(job)?.Phase.ToString() ?? "Unknown", "end");
    }

    private bool IsOver() =>
        book.Find(run)?.Job(job) is not { } state || state.Attempt > attempt
            || state.Phase is JobPhase.Succeeded or JobPhase.Failed or JobPhase.Lost || !book.Find(run)!.IsOpen;

    private string TextOf(byte[] piece)
    {
        var characters = new char[_text.GetCharCount(piece, flush: false)];
        _text.GetChars(piece, characters, flush: false);
        return new(characters);
    }
}
