using System.Collections.Immutable;
using Headway.Core.SupplyChain;
using Headway.Server.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.SupplyChain;

/// <param name="Pem">A public key, as `cosign generate-key-pair` writes into cosign.pub.</param>
public sealed record TrustRequest(string Name, string Pem)
{
    public ImmutableArray<string> Services { get; init; } = [];
}

/// <param name="Own">The server's own, which is trusted always.</param>
public sealed record TrustView(string Name, string Id, string Pem, ImmutableArray<string> Services, bool Own);

/// <summary>Keys whose signatures count. Everybody may see them; an admin changes them.</summary>
public static class TrustEndpoints
{
    public static void MapTrust(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/api/v1/trust/keys").WithTags("Trust");
        keys.MapGet("/", (TrustBook trust) => Of(trust.Keys)).WithName("listTrustedKeys");
        keys.MapPost("/", async (TrustRequest asked, TrustBook trust, HttpContext http) =>
            await trust.TrustAsync(
                asked.Name, asked.Pem, asked.Services, RolloutEndpoints.Actor(http), http.RequestAborted) is { } says
                ? Results.Problem(says, statusCode: 400, title: "Not trusted")
                : Results.Ok(Of(trust.Keys).First(key => key.Name == asked.Name))).WithName("trustKey");
        keys.MapDelete("/{name}", async (string name, string? why, TrustBook trust, HttpContext http) =>
            await trust.DistrustAsync(name, why ?? "no reason given", RolloutEndpoints.Actor(http), http.RequestAborted)
                ? Results.NoContent()
                : Results.Problem($"No trusted key is called {name}. `headway trust list` shows them.", statusCode: 404,
                    title: "No such key")).WithName("distrustKey");
    }

    private static ImmutableArray<TrustView> Of(TrustedKeys keys) =>
        [View(keys.Server, [], true), .. keys.Others.Select(other => View(other.Key, other.Services, false))];

    private static TrustView View(VerifyingKey key, ImmutableArray<string> services, bool own) =>
        new(key.Name, key.Id, key.Pem, services, own);
}
