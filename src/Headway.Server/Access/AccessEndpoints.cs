using System.Collections.Immutable;
using Headway.Core.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Access;

/// <summary>
/// Access in the table of contents: AddAccess, then UseAccess before everything else, then MapAccess.
/// </summary>
public static class AccessEndpoints
{
    public static IServiceCollection AddAccess(this IServiceCollection services, Tokens tokens, AccessOptions options)
    {
        services.AddSingleton(tokens);
        services.AddSingleton(options);
        services.AddSingleton<HostNames>();
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

    /// <summary>Who asks, with what they may do; nobody at all where no token is needed.</summary>
    public static Principal Principal(this HttpContext context) =>
        context.Who()?.Principal ?? new("anonymous", PrincipalKind.Machine, [], [], []);

    private static async Task<IResult> CreateAsync(TokenWanted wanted, Tokens tokens, CancellationToken stop)
    {
        if (wanted.Name is not { Length: > 0 and <= 100 })
            return Results.Problem("A token needs a name of 1 to 100 characters: whose it is, or what for.",
                statusCode: 400, title: "No name");
        if (wanted.Node is not null && wanted.Scope != Scope.Node)
            return Results.Problem("Only tokens of scope `node` are for a node.", statusCode: 400,
                title: "Not a node's token");
        if (wanted.Repositories is { IsDefault: false } grants)
        {
            if ((grants.Length > RepositoryGrant.Most ? $"A token has at most {RepositoryGrant.Most} grants."
                : grants.Select(grant => grant.WhyRefused()).FirstOrDefault(says => says is not null)) is { } says)
                return Results.Problem(says, statusCode: 400, title: "Not a grant");
            if (wanted.Node is not null)
                return Results.Problem("A node's token pulls everywhere already; make a second token for the registry.",
                    statusCode: 400, title: "Not a grant");
            var granted = await tokens.CreateAsync(wanted.Name, wanted.Scope, grants, stop);
            return Results.Ok(new TokenMade(granted.Token.Id, granted.Secret));
        }
        if (wanted.Scope == Scope.Registry)
            return Results.Problem("A token of scope `registry` says in which repositories: shop/*:push, for example.",
                statusCode: 400, title: "No repositories");
        var made = await tokens.CreateAsync(wanted.Name, wanted.Scope, wanted.Node, stop);
        return Results.Ok(new TokenMade(made.Token.Id, made.Secret));
    }

    private static async Task<IResult> RevokeAsync(string id, Tokens tokens, CancellationToken stop) =>
        await tokens.RevokeAsync(id, stop)
            ? Results.NoContent()
            : Results.Problem($"There is no token `{id}` that could be revoked.", statusCode: 404,
                title: "No such token");
}

public sealed record TokenWanted(
    string Name, Scope Scope, string? Node = null, ImmutableArray<RepositoryGrant>? Repositories = null);

/// <param name="Secret">Shown this once.</param>
public sealed record TokenMade(string Id, string Secret);

public sealed record LinkMade(string Url, DateTimeOffset ExpiresAt);

public sealed record TokenView(
    string Id, string Name, Scope Scope, string? Node, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt, ImmutableArray<RepositoryGrant>? Repositories = null)
{
    public static TokenView Of(AccessToken token) =>
        new(token.Id, token.Name, token.Scope, token.Node, token.CreatedAt, token.LastUsedAt, token.RevokedAt,
            token.Repositories);
}
