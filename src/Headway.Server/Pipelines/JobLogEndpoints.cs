using System.Globalization;
using Headway.Core.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Pipelines;

/// <param name="Beside">Name of the program beside the job that wrote it; null: the job itself.</param>
public sealed record FoundLine(string Job, int Attempt, string? Beside, long Line, DateTimeOffset? At, string Text);

/// <param name="More">There is more than was asked for, or than is looked through at once.</param>
public sealed record FoundLines(IReadOnlyList<FoundLine> Lines, bool More);

/// <summary>What jobs wrote, for people: whole, as it grows, and searched.</summary>
internal static class JobLogEndpoints
{
    private const int MostFound = 1000;
    private const int LongestSearch = 200;

    /// <summary>A search looks through so many lines at most, however many logs a run has.</summary>
    private const int MostLooked = 5_000_000;

    public static void MapJobLogs(this IEndpointRouteBuilder runs)
    {
        runs.MapGet("/{run}/jobs/{job}/log", LogAsync).WithName("getJobLog")
            .WithSummary("What a job, or with beside=NAME a program beside it, wrote; follow=true sends it as server-sent "
                + "events while it grows, after Last-Event-ID or after=ID; timestamps=true puts before each line when it arrived.");
        runs.MapGet("/{run}/log", SearchAsync).WithName("searchRunLog")
            .WithSummary("Lines with the text `grep` in the logs of a run's jobs, of every attempt.");
    }

    private static async Task<IResult> LogAsync(
        string run, string job, RunBook book, JobLogs logs, HttpContext http, [AsParameters] LogAsked asked)
    {
        if (book.Find(run) is not { } state || state.Job(job) is not { } found) return RunEndpoints.Unknown($"{run}/{job}");
        if (asked.Beside is { } beside && !LogName.Besides(state, job).Contains(beside))
            return RunEndpoints.Unknown($"{run}/{job}/{beside}");
        // What stands for the job was written by an earlier run.
        if (asked.Attempt is null && found.Reuses is { } reused && book.Find(reused.Run)?.Job(reused.Job) is { } before)
            (run, job, found) = (reused.Run, reused.Job, before);
        var after = asked.Follow ? LogTail.After(asked.After ?? http.Request.Headers["Last-Event-ID"]) : null;
        var attempt = asked.Attempt ?? after?.Attempt ?? Math.Max(found.Attempt, 1);
        var name = new LogName(run, job, attempt, asked.Beside);
        if (asked.Follow)
            return TypedResults.ServerSentEvents(new LogTail(book, logs, name).ItemsAsync(
                after?.Attempt == attempt ? after.Value.Offset : 0, http.RequestAborted));
        http.Response.ContentType = "text/plain; charset=utf-8";
        return asked.Timestamps ? await TimedAsync(logs, name, http) : await WholeAsync(logs, name, http);
    }

    private static async Task<IResult> WholeAsync(JobLogs logs, LogName name, HttpContext http)
    {
        for (var offset = 0L; ;)
        {
            var piece = await logs.ReadAsync(name, offset, LogTail.PieceBytes, http.RequestAborted);
            if (piece.Length == 0) return Results.Empty;
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            offset += piece.Length;
        }
    }

    private static async Task<IResult> TimedAsync(JobLogs logs, LogName name, HttpContext http)
    {
        if (logs.Open(name) is not { } log) return Results.Empty;
        await foreach (var line in log.LinesAsync(http.RequestAborted))
            await http.Response.WriteAsync(
                $"{line.At?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)} {line.Text}\n",
                http.RequestAborted);
        return Results.Empty;
    }

    private static async Task<IResult> SearchAsync(
        string run, RunBook book, JobLogs logs, CancellationToken stop, string? grep = null, string? job = null,
            int limit = 200)
    {
        if (book.Find(run) is not { } state || (job is not null && state.Job(job) is null))
            return RunEndpoints.Unknown(job is null ? run : $"{run}/{job}");
        if (grep is not { Length: > 0 and <= LongestSearch })
            return Results.Problem($"Say what to look for, `?grep=TEXT`, in at most {LongestSearch} characters.",
                statusCode: 400, title: "Nothing to look for");
        var found = new List<FoundLine>();
        var most = Math.Clamp(limit, 1, MostFound);
        var looked = 0;
        foreach (var name in Names(state, job))
        {
            if (logs.Open(name) is not { } log) continue;
            await foreach (var line in log.LinesAsync(stop))
            {
                if (found.Count == most || ++looked > MostLooked) return Results.Ok(new FoundLines(found, true));
                if (line.Text.Contains(grep, StringComparison.OrdinalIgnoreCase))
                    found.Add(new(name.Job, name.Attempt, name.Beside, line.Number, line.At, line.Text));
            }
        }
        return Results.Ok(new FoundLines(found, false));
    }

    private static IEnumerable<LogName> Names(RunState run, string? job) =>
        from each in run.Jobs
        where job is null || each.Name == job
        from attempt in Enumerable.Range(1, each.Attempt)
        from beside in LogName.Besides(run, each.Name).Prepend<string?>(null)
        select new LogName(run.Id, each.Name, attempt, beside);

    /// <summary>What of a log is asked for.</summary>
    internal sealed record LogAsked(
        bool Follow = false, int? Attempt = null, string? Beside = null, bool Timestamps = false, string? After = null);
}
