using Headway.Core.Access;
using Headway.Server.Access;
using Headway.Server.Intent.Pushes;
using Headway.Server.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Intent;

/// <param name="Branch">Null: main.</param>
public sealed record RemoteWanted(string Url, string? Branch = null);

/// <summary>Where the state repo is kept, and a way to say that something was pushed there.</summary>
public static class RemoteEndpoints
{
    public static void MapRemote(this RouteGroupBuilder state)
    {
        state.MapPut("/remote", SetAsync).WithName("SetStateRemote").WithSummary("Keep the state repo in a repository elsewhere.");
        state.MapDelete("/remote", UnsetAsync).WithName("UnsetStateRemote").WithSummary("Keep the state repo here alone.");
        state.MapPost("/look", Look).WithName("LookAtState").WithSummary("Look now, for hosts that tell of a push.");
    }

    private static async Task<Results<Ok<RemoteSetting>, ProblemHttpResult>> SetAsync(
        RemoteWanted wanted, HttpContext context, StateKeeping keeping, PushRecord record, IntentWatch watch)
    {
        var stop = context.RequestAborted;
        if (context.Principal().WhyNot(Act.Administer) is { } refusal) return NotAllowed(refusal.Says);
        var setting = new RemoteSetting(wanted.Url, wanted.Branch ?? "main");
        if ((SourceAddress.ProblemOf(setting.Url) ?? SourceAddress.BranchProblemOf(setting.Branch)) is { } wrong)
            return TypedResults.Problem(wrong, statusCode: 400, title: "Not a repository");
        if (await keeping.Repo.WhyUnreachableAsync(setting, stop) is { } unreachable)
            return TypedResults.Problem($"{unreachable} `headway sources login`, `key` and `trust` say how it is reached.",
                statusCode: 422, title: "Cannot be reached");
        await keeping.KeepAtAsync(setting, stop);
        await record.KeptAtAsync(setting, context.Principal().Name, stop);
        watch.Poke();
        return TypedResults.Ok(setting);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UnsetAsync(
        HttpContext context, StateKeeping keeping, PushRecord record, IntentWatch watch)
    {
        if (context.Principal().WhyNot(Act.Administer) is { } refusal) return NotAllowed(refusal.Says);
        await keeping.KeepAtAsync(null, context.RequestAborted);
        await record.KeptAtAsync(null, context.Principal().Name, context.RequestAborted);
        watch.Poke();
        return TypedResults.NoContent();
    }

    private static Results<Accepted, ProblemHttpResult> Look(HttpContext context, IntentWatch watch)
    {
        if (context.Principal().WhyNot(Act.Look) is { } refusal) return NotAllowed(refusal.Says);
        watch.Poke();
        return TypedResults.Accepted((string?)null);
    }

    private static ProblemHttpResult NotAllowed(string says) => TypedResults.Problem(says, statusCode: 403, title: "Not allowed");
}
