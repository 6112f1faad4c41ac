using System.Collections.Immutable;
using Headway.Core.Access;
using Headway.Core.Delivery;
using Headway.Core.Intent;
using Headway.Server.Access;
using Headway.Server.Intent;
using Headway.Server.Specs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Delivery;

/// <param name="Name">Of its file; null makes one of the time.</param>
public sealed record FreezeWanted(
    string? Name, DateTimeOffset? From, DateTimeOffset Until, ImmutableArray<string> Environments, ImmutableArray<string> Services, string? Reason);

/// <param name="Problems">Files of environments and freezes that cannot be read; what they said before stays in force.</param>
public sealed record FreezesView(ImmutableArray<Freeze> Freezes, ImmutableArray<SpecProblem> Problems);

/// <summary>Freezes are files of the state repo; these write and remove them.</summary>
public static class FreezeEndpoints
{
    public const string Path = "/api/v1/freezes";

    public static void MapFreezes(this IEndpointRouteBuilder app)
    {
        var freezes = app.MapGroup(Path).WithTags("Delivery");
        freezes.MapGet("/", (DeliveryFiles files) => new FreezesView(files.Freezes, files.Problems)).WithName("ListFreezes");
        freezes.MapPost("/", AddAsync).WithName("AddFreeze");
        freezes.MapDelete("/{name}", LiftAsync).WithName("LiftFreeze");
    }

    private static async Task<IResult> AddAsync(
        FreezeWanted wanted, StateRepo repo, TimeProvider time, HttpContext context, CancellationToken stop)
    {
        var who = context.Principal();
        foreach (var environment in wanted.Environments.IsDefaultOrEmpty ? [Grant.Any] : wanted.Environments)
            if (who.WhyNot(Act.Freeze, environment: environment) is { } refusal)
                return Results.Problem(refusal.Says, statusCode: 403, title: "Not allowed");
        var now = time.GetUtcNow();
        var name = wanted.Name ?? $"freeze-{now:yyyyMMdd-HHmmss}";
        if (!NamedShape.Name.IsMatch(name)) return Wrong($"`{name}` cannot be the name of a freeze: {NamedShape.NameSays}.");
        if (string.IsNullOrWhiteSpace(wanted.Reason)) return Wrong("A freeze needs a reason: whoever waits reads it.");
        if (wanted.Until <= (wanted.From ?? now)) return Wrong("The freeze would end before it begins.");
        var freeze = new Freeze(name, wanted.From ?? now, wanted.Until, Or(wanted.Environments), Or(wanted.Services), wanted.Reason);
        await WriteAsync(repo, name, who.Name, ($"Freeze {Names(freeze)} until {freeze.Until:yyyy-MM-dd HH:mm zzz}", freeze.Why), FreezeFile.Write(freeze), stop);
        return Results.Created($"{Path}/{name}", freeze);
    }

    private static async Task<IResult> LiftAsync(
        string name, StateRepo repo, HttpContext context, CancellationToken stop, string? reason = null)
    {
        var who = context.Principal();
        if (who.WhyNot(Act.Freeze) is { } refusal) return Results.Problem(refusal.Says, statusCode: 403, title: "Not allowed");
        if (repo.Head.Text(FileOf(name)) is null)
            return Results.Problem($"There is no freeze `{name}`. `headway freeze list` shows them.", statusCode: 404, title: "No such freeze");
        await WriteAsync(repo, name, who.Name, ($"Lift the freeze {name}", reason ?? ""), null, stop);
        return Results.NoContent();
    }

    private static Task<StateTree> WriteAsync(
        StateRepo repo, string name, string by, (string Subject, string Why) says, string? text, CancellationToken stop) =>
        repo.CommitAsync(new StateChange(by, says.Subject, says.Why, null,
            ImmutableDictionary<string, string?>.Empty.Add(FileOf(name), text)), stop);

    private static string FileOf(string name) => $"{IntentPath.Freezes}{name}.yaml";

    private static string Names(Freeze freeze) => freeze.Environments.IsEmpty ? "everything" : string.Join(", ", freeze.Environments);

    private static ImmutableArray<string> Or(ImmutableArray<string> names) => names.IsDefault ? [] : names;

    private static IResult Wrong(string says) => Results.Problem(says, statusCode: 400, title: "Not a freeze");
}
