using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Access;
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
        runs.MapGet("/{run}/events", (string run, RunBook book, HttpContext http) => book.Find(run) is null ? Unknown(run)
            : TypedResults.ServerSentEvents(FollowAsync(book, run, http.RequestAborted)))
            .WithName("followRun").WithSummary("The run as server-sent events, each time it changes, until it ends.");
        runs.MapPost("/{run}/cancel", (string run, RunBook book, RunAsked? asked, HttpContext http) =>
            AskAsync(run, book, new RunCommand.Cancel(asked?.Why ?? "A person cancelled it."), http))
                .WithName("cancelRun");
        runs.MapPost("/{run}/jobs/{job}/restart",
            (string run, string job, RunBook book, RunAsked? asked, HttpContext http) =>
            AskAsync(run, book, new RunCommand.RestartJob(job, asked?.Why ?? "A person restarted it."), http))
                .WithName("restartJob");
        runs.MapJobLogs();
    }

    private static async IAsyncEnumerable<SseItem<string>> FollowAsync(
        RunBook book, string run, [EnumeratorCancellation] CancellationToken stop)
    {
        for (var version = -1L; ;)
        {
            var changed = book.Changed.Next;
            if (book.Find(run) is not { } state) yield break;
            if (state.Version != version) yield return new(JsonSerializer.Serialize(state, Wire.Json), "run");
            if (!state.IsOpen) yield break;
            version = state.Version;
            await changed.WaitAsync(stop);
        }
    }

    private static IEnumerable<RunState> List(RunBook book, string? service = null, int limit = 50) => book.All
        .Where(run => service is null || run.Service == service)
        .OrderByDescending(run => run.StartedAt).ThenByDescending(run => run.Number)
            .Take(Math.Clamp(limit, 1, MostRuns));

    private static async Task<IResult> AskAsync(string run, RunBook book, RunCommand command, HttpContext http)
    {
        if (book.Find(run) is null) return Unknown(run);
        var decision = await book.ChangeAsync(run, http.Actor(), state => RunDecider.Decide(state, command), http.RequestAborted);
        return decision.Refusal is { } refusal
            ? Results.Problem(refusal.Says, statusCode: 409, title: $"Refused: {refusal.Rule}")
            : Results.Ok(book.Find(run));
    }

    internal static IResult Unknown(string run) =>
        Results.Problem(
            $"There is no run or job {run}: `headway runs list` and `headway runs show RUN` tell which there are.", statusCode: 404, title: "No such run");
}
