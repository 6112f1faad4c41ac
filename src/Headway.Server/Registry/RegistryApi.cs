using Headway.Core.Registry;
using Headway.Server.Access;
using Headway.Server.Journal;
using Headway.Server.Registry.Collecting;
using Headway.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Registry;

/// <summary>The registry as people look at it and rule it. Clients of registries use `/v2/`.</summary>
public static class RegistryApi
{
    public const string Path = "/api/v1/registry";

    private const int MostTags = 10_000;

    public static void MapRegistryApi(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup(Path).WithTags("Registry");
        group.MapGet("/repositories", (RegistryShowing showing) => showing.Repositories());
        group.MapGet("/tags", (string repository, string? last, int? n, RegistryShowing showing) =>
            showing.Tags(repository, last ?? "", Math.Clamp(n ?? MostTags, 1, MostTags)) is { } tags
                ? Results.Ok(tags) : Unknown($"There is no repository {repository}."));
        group.MapGet("/manifest", (string repository, string reference, RegistryShowing showing) =>
            showing.Manifest(repository, reference) is { } manifest
                ? Results.Ok(manifest) : Unknown($"{repository} has no manifest `{reference}`."));
        group.MapDelete("/manifest", DeleteAsync);
        group.MapGet("/rules", (KnownRules rules) => rules.Now);
        group.MapPut("/rules", KeepAsync);
        group.MapPost("/gc", CollectAsync);
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext context, string repository, string reference, RegistryDeletions deletions, CancellationToken stop)
    {
        var actor = context.Who() is { } who ? $"{who.Name} ({who.Id})" : "nobody";
        try
        {
            if (ContentDigest.IsOne(reference)) await deletions.ManifestAsync(repository, reference, actor, stop);
            else await deletions.TagAsync(repository, reference, actor, stop);
            return Results.NoContent();
        }
        catch (RegistryRefusedException refused)
        {
            return refused.Why == RefusedFor.ManifestUnknown ? Unknown(refused.Message)
                : Results.Problem(refused.Message, statusCode: 409, title: "Not deleted");
        }
    }

    private static async Task<IResult> KeepAsync(RegistryRules wanted, KnownRules rules, CancellationToken stop)
    {
        try
        {
            return await rules.KeepAsync(wanted, stop) is { } says
                ? Results.Problem(says, statusCode: 400, title: "Not rules") : Results.Ok(rules.Now);
        }
        catch (VersionConflictException)
        {
            return Results.Problem("The rules were changed by somebody else just now. Look at them and try again.",
                statusCode: 409, title: "Changed meanwhile");
        }
    }

    private static async Task<IResult> CollectAsync(
        HttpContext context, bool? dryRun, Collection collection, LedgerReader reader, CancellationToken stop)
    {
        await reader.CaughtUp.WaitAsync(stop);
        return Results.Ok(await collection.RunAsync(dryRun == true, context.Who()?.Name ?? "nobody", stop));
    }

    private static IResult Unknown(string says) => Results.Problem(says, statusCode: 404, title: "Not in the registry");
}
