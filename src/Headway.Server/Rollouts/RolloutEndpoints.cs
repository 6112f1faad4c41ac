using Headway.Core.Environments;
using Headway.Core.Rollouts;
using Headway.Server.Access;
using Headway.Server.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Rollouts;

/// <summary>Rollouts and lanes as people and programs ask for them.</summary>
public static class RolloutEndpoints
{
    public static void MapRollouts(this IEndpointRouteBuilder app)
    {
        var rollouts = app.MapGroup("/api/v1/rollouts").WithTags("Rollouts");
        rollouts.MapGet("/", (Ledger ledger, string? service, string? environment, int limit = 50) => ledger.Rollouts
            .Where(r => (service is null || r.Service == service) && (environment is null || r.Environment == environment))
            .Take(Math.Clamp(limit, 1, 500)).Select(RolloutView.Of));
        rollouts.MapGet("/{id}", (string id, Ledger ledger, LaneTurns turns) =>
            ledger.Rollout(id) is { } rollout ? Results.Ok(RolloutView.Of(AsSeenNow(rollout, turns))) : Unknown(id));
        rollouts.MapPost("/{id}/pause", Command(why => new RolloutCommand.Pause(why)));
        rollouts.MapPost("/{id}/resume", Command(why => new RolloutCommand.Resume(why)));
        rollouts.MapPost("/{id}/promote", Command(why => new RolloutCommand.Promote(why)));
        rollouts.MapPost("/{id}/abort", Command(why => new RolloutCommand.Abort(why)));

        var lanes = app.MapGroup("/api/v1/lanes/{service}/{environment}").WithTags("Lanes");
        lanes.MapGet("/", (string service, string environment, LaneViews views, Ledger ledger) =>
            Knows(ledger, service, environment) is { } problem ? problem : Results.Ok(views.Of(service, environment)));
        lanes.MapPost("/rollback", RollbackAsync);
        lanes.MapPost("/hold", (string service, string environment, Ask ask, HttpContext context) =>
            LaneAsync(context, service, environment, _ => (new LaneEvent.HoldPlaced(null, ask.Reason ?? "no reason given"), null)));
        lanes.MapPost("/resume", (string service, string environment, Ask ask, HttpContext context) =>
            LaneAsync(context, service, environment, lane => lane.Hold is null
                ? (null, new Refusal("lane.notHeld", $"{lane.Lane} is not held."))
                : (new LaneEvent.HoldLifted(ask.Reason ?? "no reason given"), null)));
        app.MapGet("/api/v1/releases", (Ledger ledger, string? service, int limit = 50) =>
            ledger.Releases.Where(r => service is null || r.Service == service).Take(Math.Clamp(limit, 1, 500)))
            .WithTags("Releases");
    }

    /// <summary>The record tells what the judge said when it last changed its mind; while it watches, it says more.</summary>
    private static RolloutState AsSeenNow(RolloutState rollout, LaneTurns turns) =>
        rollout.IsOpen && turns.Of(rollout.Lane) is { Open.Id: { } open, Seen.Verdict: { } verdict } && open == rollout.Id
            && verdict.Evidence.Method != "none" ? rollout with { LastVerdict = verdict } : rollout;

    public sealed record Ask(string? Reason);

    /// <param name="To">Release id; null takes the newest earlier one that completed in the environment.</param>
    public sealed record RollbackAsk(string? To, string? Reason);

    public static string Actor(HttpContext context) =>
        context.Who()?.Name is { Length: > 0 } name ? name : "anonymous";

    private static Delegate Command(Func<string, RolloutCommand> command) =>
        async (string id, Ask ask, Ledger ledger, LaneTurns turns, HttpContext context) =>
        {
            if (ledger.Rollout(id) is not { } rollout) return Unknown(id);
            if (!rollout.IsOpen) return Refused(new("rollout.ended", $"{id} has ended: {rollout.End}."));
            var refusal = await turns.CommandAsync(
                rollout.Lane, command(ask.Reason ?? "no reason given"), Actor(context), context.RequestAborted);
            return refusal is null ? Results.Ok(RolloutView.Of(ledger.Rollout(id)!)) : Refused(refusal);
        };

    /// <summary>
    /// While a release is still being tried, going back means taking that one back; a person who wants to go further
    /// names the release.
    /// </summary>
    private static async Task<IResult> RollbackAsync(
        string service, string environment, RollbackAsk ask, HttpContext context, Ledger ledger, LaneTurns turns)
    {
        var reason = ask.Reason ?? "no reason given";
        var open = ledger.Lane(service, environment).Open is { } id ? ledger.Rollout(id) : null;
        if (ask.To is not null || open is not { IsOpen: true, Stable: not null })
            return await LaneAsync(context, service, environment, lane => LaneDecider.RollBack(lane, ask.To, reason));
        var refusal = await turns.CommandAsync(
            open.Lane, new RolloutCommand.Abort(reason), Actor(context), context.RequestAborted);
        return refusal is null ? Results.Ok(ledger.Lane(service, environment)) : Refused(refusal);
    }

    private static async Task<IResult> LaneAsync(
        HttpContext context, string service, string environment,
        Func<LaneState, (LaneEvent?, Refusal?)> asks)
    {
        var ledger = (Ledger)context.RequestServices.GetService(typeof(Ledger))!;
        var turns = (LaneTurns)context.RequestServices.GetService(typeof(LaneTurns))!;
        if (Knows(ledger, service, environment) is { } problem) return problem;
        var refusal = await turns.LaneCommandAsync(
            $"{service}/{environment}", asks, Actor(context), context.RequestAborted);
        return refusal is null ? Results.Ok(ledger.Lane(service, environment)) : Refused(refusal);
    }

    private static IResult? Knows(Ledger ledger, string service, string environment) =>
        ledger.Service(service) is not { } view
            ? Problems.NotFound("service", service, ledger.Services.Select(s => s.Name))
            : view.Environments.All(e => e.Name != environment)
                ? Problems.NotFound("environment", environment, view.Environments.Select(e => e.Name)) : null;

    private static IResult Unknown(string id) => Results.Problem(
        $"There is no rollout {id}. `headway rollouts list` shows them.", statusCode: 404, title: "Unknown rollout");

    private static IResult Refused(Refusal refusal) => Results.Problem(
        refusal.Says, statusCode: 409, title: "Not now", type: $"urn:headway:{refusal.Rule}");
}
