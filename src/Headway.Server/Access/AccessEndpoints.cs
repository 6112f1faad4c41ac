using System.Collections.Immutable;
using Headway.Core.Access;
using Headway.Server.Access.Identity;
using Headway.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Headway.Server.Access;

/// <summary>
/// Access in the table of contents: AddAccess, then UseAccess before everything else, then MapAccess.
/// </summary>
public static class AccessEndpoints
{
    public static IServiceCollection AddAccess(
        this IServiceCollection services, Tokens tokens, IEventStore store, AccessOptions options)
    {
        services.AddSingleton(tokens);
        services.AddSingleton(options);
        services.AddSingleton<HostNames>();
        services.TryAddSingleton(RequestPlaces.Unknown);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(s => new AccessRecord(store, s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<WorkloadLook>((_, _) => Task.FromResult(new WorkloadFound(null, null)));
        services.TryAddSingleton<LoginOffer>(() => false);
        services.AddSingleton<AccessPapers>();
        return services;
    }

    public static IApplicationBuilder UseAccess(this IApplicationBuilder app) => app.UseMiddleware<AccessGate>();

    public static IEndpointRouteBuilder MapAccess(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/tokens");
        group.MapGet("/", (Tokens tokens) => tokens.All
            .Where(token => token.Use == TokenUse.Bearer).Select(TokenView.Of)).WithName("ListTokens");
        group.MapPost("/", CreateAsync).WithName("CreateToken");
        group.MapDelete("/{id}", RevokeAsync).WithName("RevokeToken");
        group.MapPost("/{id}/rotate", RotateAsync).WithName("RotateToken");
        group.MapPost("/link", async (HttpContext context, Tokens tokens, AccessOptions options) =>
        {
            var link = await tokens.CreateLinkAsync(context.Who()?.Name ?? "", options.LinkFor, context.RequestAborted);
            return new LinkMade($"{context.Request.Scheme}://{context.Request.Host}/?token={link.Secret}",
                link.Token.ExpiresAt!.Value);
        }).WithName("CreateSignInLink");
        return routes;
    }

    /// <summary>Who asks; null only where no token is needed.</summary>
    public static AccessToken? Who(this HttpContext context) => context.Items[AccessGate.Who] as AccessToken;

    /// <summary>Who asks, as it stands in the record.</summary>
    public static string Actor(this HttpContext context) => context.Who()?.Name is { Length: > 0 } name ? name : "person";

    /// <summary>Who asks, with what they may do; nobody at all where no token is needed.</summary>
    public static Principal Principal(this HttpContext context) =>
        context.Who()?.Principal ?? new("anonymous", PrincipalKind.Machine, [], [], []);

    private static async Task<IResult> CreateAsync(TokenWanted wanted, Tokens tokens, AccessRecord record, TimeProvider time, HttpContext context)
    {
        if (WhyNot(wanted) is { } wrong) return Results.Problem(wrong.Says, statusCode: 400, title: wrong.Title);
        var grants = (wanted.Grants ?? []).Select(text => Grant.Parse(text)!).ToImmutableArray();
        var made = await tokens.CreateAsync(
            new AccessToken("", wanted.Name, TokenUse.Bearer, wanted.Scope, wanted.Node, default,
                wanted.ExpiresInDays is { } days ? time.GetUtcNow().AddDays(days) : null, null, null, wanted.Repositories)
            {
                Grants = grants.IsEmpty ? null : grants, Emails = wanted.Emails, Groups = wanted.Groups,
            }, context.RequestAborted);
        await record.TokenAsync(made.Token.Id, Actor(context), new AccessEvent.TokenCreated(made.Token.Id, wanted.Name,
            wanted.Scope.ToString().ToLowerInvariant(), [.. grants.Select(grant => grant.ToString())], made.Token.ExpiresAt), context.RequestAborted);
        return Results.Ok(new TokenMade(made.Token.Id, made.Secret));
    }

    private static (string Title, string Says)? WhyNot(TokenWanted wanted)
    {
        if (wanted.Name is not { Length: > 0 and <= 100 }) return ("No name", "A token needs a name of 1 to 100 characters: whose it is, or what for.");
        if (wanted.Node is not null && wanted.Scope != Scope.Node) return ("Not a node's token", "Only tokens of scope `node` are for a node.");
        if (wanted.ExpiresInDays is <= 0 or > MostDays) return ("Not so long", $"A token lasts for 1 to {MostDays} days.");
        if (wanted.Grants is { IsDefault: false } roles && roles.FirstOrDefault(text => Grant.Parse(text) is null) is { } none)
            return ("Not a role", $"`{none}` is no role for services and environments: `deployer:shop/staging`, `viewer`, `approver:*/production`. "
                + $"Roles are {string.Join(", ", Enum.GetValues<Role>().Select(role => role.ToString().ToLowerInvariant()))}.");
        if (wanted.Repositories is { IsDefault: false } grants)
        {
            if ((grants.Length > RepositoryGrant.Most ? $"A token has at most {RepositoryGrant.Most} grants."
                : grants.Select(grant => grant.WhyRefused()).FirstOrDefault(says => says is not null)) is { } says) return ("Not a grant", says);
            return wanted.Node is null ? null : ("Not a grant", "A node's token pulls everywhere already; make a second token for the registry.");
        }
        return wanted.Scope == Scope.Registry ? ("No repositories", "A token of scope `registry` says in which repositories: shop/*:push, for example.") : null;
    }

    private static async Task<IResult> RotateAsync(string id, Tokens tokens, AccessRecord record, HttpContext context, int overlapMinutes = 60)
    {
        if (overlapMinutes is < 0 or > MostDays * 24 * 60)
            return Results.Problem("The old token goes on for 0 minutes or more.", statusCode: 400, title: "Not an overlap");
        if (await tokens.RotateAsync(id, TimeSpan.FromMinutes(overlapMinutes), context.RequestAborted) is not { } rotated) return NoSuchToken(id);
        await record.TokenAsync(rotated.Made.Token.Id, Actor(context),
            new AccessEvent.TokenRotated(id, rotated.Made.Token.Id, rotated.Old.Name, rotated.Old.ExpiresAt!.Value), context.RequestAborted);
        return Results.Ok(new TokenMade(rotated.Made.Token.Id, rotated.Made.Secret) { OldEndsAt = rotated.Old.ExpiresAt });
    }

    private static async Task<IResult> RevokeAsync(string id, Tokens tokens, AccessRecord record, HttpContext context)
    {
        var name = tokens.All.FirstOrDefault(token => token.Id == id)?.Name ?? "";
        if (!await tokens.RevokeAsync(id, context.RequestAborted)) return NoSuchToken(id);
        await record.TokenAsync(id, Actor(context), new AccessEvent.TokenRevoked(id, name), context.RequestAborted);
        return Results.NoContent();
    }

    private static IResult NoSuchToken(string id) =>
        Results.Problem($"There is no token `{id}` in force. `headway tokens list` shows them.", statusCode: 404, title: "No such token");

    private const int MostDays = 3650;
}

public sealed record TokenWanted(
    string Name, Scope Scope, string? Node = null, ImmutableArray<RepositoryGrant>? Repositories = null)
{
    /// <summary>Roles such as `deployer:shop/staging`.</summary>
    public ImmutableArray<string>? Grants { get; init; }

    public ImmutableArray<string>? Emails { get; init; }

    public ImmutableArray<string>? Groups { get; init; }

    /// <summary>Null: it does not end by itself.</summary>
    public int? ExpiresInDays { get; init; }
}

/// <param name="Secret">Shown this once.</param>
public sealed record TokenMade(string Id, string Secret)
{
    /// <summary>Of a rotated token: until then the old one goes on.</summary>
    public DateTimeOffset? OldEndsAt { get; init; }
}

public sealed record LinkMade(string Url, DateTimeOffset ExpiresAt);

public sealed record TokenView(
    string Id, string Name, Scope Scope, string? Node, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt, ImmutableArray<RepositoryGrant>? Repositories = null)
{
    public ImmutableArray<string> Grants { get; init; } = [];

    public DateTimeOffset? ExpiresAt { get; init; }

    public static TokenView Of(AccessToken token) =>
        new(token.Id, token.Name, token.Scope, token.Node, token.CreatedAt, token.LastUsedAt, token.RevokedAt, token.Repositories)
        {
            Grants = [.. (token.Grants ?? []).Select(grant => grant.ToString())], ExpiresAt = token.ExpiresAt,
        };
}
