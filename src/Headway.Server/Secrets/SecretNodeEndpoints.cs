using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Secrets;
using Headway.Server.Access;
using Headway.Server.Journal;
using Headway.Server.Pipelines;
using Headway.Targets.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Secrets;

/// <summary>
/// How secrets leave the server: asked for by a runner for the job that it carries, and by a node for what its own desired
/// state says that it runs. Never part of an order or of a document, which are kept on disks.
/// </summary>
public static class SecretNodeEndpoints
{
    public static void MapSecretsForNodes(this IEndpointRouteBuilder app)
    {
        app.MapGet("/node/v1/jobs/{run}/{job}/secrets", ForJobAsync).ExcludeFromDescription();
        app.MapPost("/node/v1/{node}/secrets", ForNodeAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> ForJobAsync(string run, string job, JobsAtWork work, SecretHandOut secrets,
        HttpContext http, CancellationToken stop, int attempt = 1)
    {
        if (work.Find(run, job, attempt, http.Who()) is not { } at)
            return Results.Problem($"Attempt {attempt} of job {job} of run {run} is not under way.", statusCode: 410);
        var spec = at.Run.Spec.Jobs.First(each => each.Name == job);
        var trigger = at.Run.Trigger;
        var reader = new SecretReader.Job(at.Run.Service, $"{run}/{job}", attempt, at.Job.Runner!,
            trigger?.Kind ?? TriggerKind.Push, trigger?.MergeRequest?.FromFork ?? false)
        {
            OffBranch = trigger?.IsOffBranch ?? false,
        };
        return await GiveAsync(() => secrets.GiveAsync(spec.Secrets, reader, Actor(http), stop), http);
    }

    private static async Task<IResult> ForNodeAsync(string node, SecretsAsked asked, NodeBoard board, Ledger ledger,
        SecretHandOut secrets, SecretValues values, HttpContext http, CancellationToken stop)
    {
        var uses = SecretUses.Of(ledger, asked.Lane, asked.Release);
        var runs = Runs(board, node, asked);
        if (runs && asked.ToMask)
            return await GiveAsync(async () => SecretsHanded.None with
            {
                AlsoMask = await values.ToMaskAgainAsync([.. uses.Select(use => use.Secret)], stop),
            }, http);
        var slash = asked.Lane.IndexOf('/');
        return !runs || slash < 0
            ? Results.Problem($"Node {node} is not to run {asked.Release} in {asked.Lane}, so it is given no secrets for it.",
                statusCode: 403, title: "Not this node's")
            : await GiveAsync(() => secrets.GiveAsync(uses, new SecretReader.Run(asked.Lane[..slash], asked.Lane[(slash + 1)..],
                asked.Release, asked.Id, node), Actor(http), stop), http);
    }

    /// <summary>A node may ask for the output of what is being stopped, but starts only what is wanted.</summary>
    private static bool Runs(NodeBoard board, string node, SecretsAsked asked)
    {
        var desired = board.Desired(node);
        return desired.Workloads.Any(w => w.Lane == asked.Lane && w.Release == asked.Release && (w.Instances > 0 || asked.ToMask))
            || desired.Tasks.Any(t => t.Lane == asked.Lane && t.Release == asked.Release);
    }

    private static async Task<IResult> GiveAsync(Func<Task<SecretsHanded>> give, HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            return Results.Ok(await give());
        }
        catch (SecretRefusedException refused)
        {
            return Results.Problem(refused.Message, statusCode: 422, title: "Secret refused");
        }
    }

    private static string Actor(HttpContext http) => http.Who()?.Name ?? "node";
}
