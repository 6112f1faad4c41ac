using System.Collections.Immutable;
using Headway.Core.Access;
using Headway.Server.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Access.Identity;

/// <param name="ClientSecret">Null for a client without one.</param>
public sealed record SsoAsk(
    string Issuer, string ClientId, string? ClientSecret, string? GroupsClaim, ImmutableArray<string>? Scopes, ImmutableArray<SsoRule> Rules);

/// <summary>Coming in by the word of others: people by an identity provider, programs by their platform.</summary>
public static class IdentityEndpoints
{
    public const string Sso = "/api/v1/sso", Rules = "/api/v1/workloads", Login = "/login", Callback = "/login/callback", Logout = "/logout";

    public static IServiceCollection AddIdentityProviders(this IServiceCollection services) => services
        .AddSingleton<Issuers>().AddSingleton<JwtCheck>().AddSingleton<Workloads>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<SsoDesk>(s, (s.GetRequiredService<Issuers>(), s.GetRequiredService<JwtCheck>())))
        .AddSingleton<WorkloadLook>(s => s.GetRequiredService<Workloads>().LookAsync)
        .AddSingleton<LoginOffer>(s => () => s.GetRequiredService<SsoDesk>().Setting is not null);

    public static async Task LoadIdentityAsync(this IServiceProvider services, CancellationToken stop)
    {
        await services.GetRequiredService<Workloads>().LoadAsync(stop);
        await services.GetRequiredService<SsoDesk>().LoadAsync(stop);
    }

    public static void MapIdentity(this IEndpointRouteBuilder app)
    {
        var rules = app.MapGroup(Rules).WithTags("Access");
        rules.MapGet("/", (Workloads workloads) => workloads.All).WithName("ListWorkloadRules");
        rules.MapPut("/{name}", async (string name, WorkloadRule rule, Workloads workloads, AccessRecord record, HttpContext context) =>
        {
            var named = rule with { Name = name };
            if (named.WhyNot() is { } wrong) return Results.Problem(wrong, statusCode: 400, title: "Not a rule");
            await workloads.KeepAsync(named, context.RequestAborted);
            await record.TrustChangedAsync($"workloads/{name}", $"{named.Issuer} for {named.Audience}: {string.Join(", ", named.Claims.Select(claim => $"{claim.Key}={claim.Value}"))} "
                + $"-> {string.Join(", ", named.Grants)}", context.Principal().Name, context.RequestAborted);
            return Results.Ok(named);
        }).WithName("TrustWorkload");
        rules.MapDelete("/{name}", async (string name, Workloads workloads, AccessRecord record, HttpContext context) =>
        {
            if (!await workloads.RemoveAsync(name, context.RequestAborted)) return Results.Problem($"There is no rule `{name}`.", statusCode: 404, title: "No such rule");
            await record.TrustChangedAsync($"workloads/{name}", null, context.Principal().Name, context.RequestAborted);
            return Results.NoContent();
        }).WithName("DistrustWorkload");
        app.MapGet(Sso, (SsoDesk desk) => desk.Setting is { } set ? Results.Ok(set with { Secret = null }) : Results.NoContent()).WithTags("Access").WithName("ShowSso");
        app.MapPut(Sso, SetAsync).WithTags("Access").WithName("SetSso");
        app.MapDelete(Sso, async (SsoDesk desk, AccessRecord record, HttpContext context) =>
        {
            await desk.RemoveAsync(context.RequestAborted);
            await record.TrustChangedAsync("sso", null, context.Principal().Name, context.RequestAborted);
            return Results.NoContent();
        }).WithTags("Access").WithName("UnsetSso");
        app.MapGet(Login, BeginAsync).ExcludeFromDescription();
        app.MapGet(Callback, FinishAsync).ExcludeFromDescription();
        app.MapPost(Logout, LogoutAsync).ExcludeFromDescription();
        // Not at `/`: a provider that still knows the browser would log it in again at once.
        app.MapGet($"{Login}/left", (HttpContext context) => LoginPage.Says(context, 200, "You are logged out of Headway.")).ExcludeFromDescription();
    }

    /// <summary>The provider is asked first: a mistake is better found by who makes it than by all who log in.</summary>
    private static async Task<IResult> SetAsync(SsoAsk ask, SsoDesk desk, Issuers issuers, AccessRecord record, HttpContext context)
    {
        var stop = context.RequestAborted;
        var setting = new SsoSetting(ask.Issuer, ask.ClientId, ask.GroupsClaim ?? "groups", ask.Scopes ?? ["profile", "email"], ask.Rules);
        if (setting.WhyNot() is { } wrong) return Results.Problem(wrong, statusCode: 400, title: "Not a provider");
        try
        {
            await issuers.FindAsync(setting.Issuer, stop, again: true);
        }
        catch (IssuerTroubleException trouble)
        {
            return Results.Problem($"{trouble.Message}.", statusCode: 422, title: "Cannot be reached");
        }
        await desk.KeepAsync(setting, ask.ClientSecret, stop);
        await record.TrustChangedAsync("sso", $"{setting.Issuer} as {setting.ClientId}: "
            + string.Join("; ", setting.Rules.Select(rule => $"{rule.Group}={string.Join(",", rule.Grants)}")), context.Principal().Name, stop);
        return Results.Ok(setting);
    }

    private static async Task<IResult> BeginAsync(HttpContext context, SsoDesk desk, ServerOptions options)
    {
        if (desk.Setting is not { } setting) return LoginPage.Says(context, 404, "No identity provider is set. `headway sso set` names one; until then `headway up` shows a sign-in link for a browser.");
        try
        {
            var (address, state) = await desk.BeginAsync(setting, Back(context, options), context.RequestAborted);
            context.Response.Cookies.Append(LoginPage.Cookie, state, new CookieOptions
            {
                HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = Login, MaxAge = SsoDesk.LoginFor, IsEssential = true,
            });
            context.Response.Headers.CacheControl = "no-store";
            return Results.Redirect(address);
        }
        catch (IssuerTroubleException trouble)
        {
            return LoginPage.Says(context, 502, $"The identity provider cannot be asked: {trouble.Message}.");
        }
    }

    private static async Task<IResult> FinishAsync(
        HttpContext context, SsoDesk desk, Tokens tokens, AccessRecord record, ServerOptions options, AccessOptions access, string? code = null, string? state = null)
    {
        var came = await CameAsync(desk, (code, state, context.Request.Cookies[LoginPage.Cookie]), Back(context, options), context.RequestAborted);
        context.Response.Cookies.Delete(LoginPage.Cookie, new CookieOptions { Path = Login });
        if (came.Who is not { } who)
        {
            await record.RefusedAsync(context, null, came.Why!);
            return LoginPage.Says(context, 403, came.Why!);
        }
        var session = await tokens.CreateSessionAsync(who, access.SessionFor, context.RequestAborted);
        await record.LoggedInAsync(who, "oidc", context.RequestAborted);
        SessionCookie.Set(context, session, access.SessionFor);
        return LoginPage.Welcomes(context, who.Name);
    }

    private static async Task<SsoCame> CameAsync(SsoDesk desk, (string?, string?, string?) answer, string callback, CancellationToken stop)
    {
        try
        {
            return await desk.FinishAsync(answer, callback, stop);
        }
        catch (IssuerTroubleException trouble)
        {
            return new(null, $"The identity provider cannot be asked: {trouble.Message}.");
        }
    }

    private static async Task<IResult> LogoutAsync(HttpContext context, Tokens tokens)
    {
        if (context.Who() is { Use: TokenUse.Session } session) await tokens.RevokeAsync(session.Id, context.RequestAborted);
        context.Response.Cookies.Delete(AccessGate.Cookie, new CookieOptions { Path = "/" });
        return Results.NoContent();
    }

    private static string Back(HttpContext context, ServerOptions options) =>
        (options.PublicUrl?.TrimEnd('/') ?? $"{context.Request.Scheme}://{context.Request.Host}") + Callback;
}
