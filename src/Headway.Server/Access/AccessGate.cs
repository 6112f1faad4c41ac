using Headway.Server.Access.Identity;
using Headway.Server.Intent.Pushes;
using Headway.Server.Registry.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Headway.Server.Access;

/// <summary>
/// Stands before everything else: host name, sign-in link, token or cookie, scope. Refusals say what to do.
/// </summary>
public sealed class AccessGate(RequestDelegate next, Tokens tokens, HostNames hosts, AccessOptions options, AccessPapers papers)
{
    /// <summary>
    /// Cookies go to every port of a host, so a session of a link only ever looks (scope `read`); one of an identity provider has the roles
    /// that its rules give.
    /// </summary>
    public const string Cookie = "headway";

    /// <summary>Where handlers find who asks: the <see cref="AccessToken"/> of the request.</summary>
    public static readonly object Who = new();

    private const string LinkParameter = "token";

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!hosts.IsOurs(request.Host, context.Connection.LocalIpAddress))
            await Refusals.UnknownHost(context);
        else if (request.Path == "/" && HttpMethods.IsGet(request.Method)
            && request.Query.TryGetValue(LinkParameter, out var link))
            await SignInAsync(context, link);
        else if (request.Path.StartsWithSegments(RegistryEndpoints.Path))
            await RegistryAsync(context);
        else if (request.Path.StartsWithSegments(GitEndpoints.Path))
            await GitAsync(context);
        else if (AccessRules.Needed(request.Method, request.Path) is not { } needed)
            await next(context);
        else if (Bearer(request) is { } secret)
            await BearerAsync(context, secret, needed);
        else if (request.Cookies[Cookie] is not { Length: > 0 } session)
            await (request.Path == "/" && HttpMethods.IsGet(request.Method) && papers.Login() ? ToLogin(context) : Refusals.NoToken(context));
        else if (IsForeign(request))
            await Refusals.ForeignPage(context);
        else
            await LetInAsync(context, tokens.Find(session, TokenUse.Session), needed);
    }

    private static Task ToLogin(HttpContext context)
    {
        context.Response.Redirect(IdentityEndpoints.Login);
        return Task.CompletedTask;
    }

    private async Task BearerAsync(HttpContext context, string secret, Scope needed)
    {
        var found = await FindAsync(secret, context.RequestAborted);
        if (found.Why is null)
        {
            await LetInAsync(context, found.Token, needed);
            return;
        }
        await papers.Record.RefusedAsync(context, null, found.Why);
        await Refusals.Workload(context, found.Why);
    }

    /// <summary>A token of Headway, or one of a platform that a rule trusts.</summary>
    private async Task<WorkloadFound> FindAsync(string secret, CancellationToken stop) =>
        tokens.Find(secret, TokenUse.Bearer) is { } token ? new(token, null) : await papers.Workloads(secret, stop);

    private async Task LetInAsync(HttpContext context, AccessToken? token, Scope needed)
    {
        if (token is null)
        {
            await papers.Record.RefusedAsync(context, null, "The token is not known, was revoked, or has expired.");
            await Refusals.UnknownToken(context);
        }
        else if (!(token.May(needed) || MayThere(token, needed, context.Request.Path)) || !AccessRules.SpeaksFor(token, context.Request.Path))
        {
            await papers.Record.RefusedAsync(context, token.Name, $"It takes the scope {needed.ToString().ToLowerInvariant()}, or a role there.");
            await Refusals.NotAllowed(context, token, needed, papers.Places.Of(context.Request.Path));
        }
        else
        {
            await tokens.NoteUseAsync(token, context.RequestAborted);
            context.Items[Who] = token;
            await next(context);
            if (context.Response.StatusCode == StatusCodes.Status403Forbidden) await papers.Record.RefusedAsync(context, token.Name, "It takes another role.");
        }
    }

    /// <summary>Who has roles for some services and environments may there what the roles include.</summary>
    private bool MayThere(AccessToken token, Scope needed, PathString path) => token.Grants is { IsDefaultOrEmpty: false } && needed switch
    {
        Scope.Read => true,
        Scope.Deploy => papers.Places.Allow(token.Principal, path),
        Scope.Admin => token.Principal.May(Core.Access.Act.Administer),
        _ => false,
    };

    /// <summary>
    /// Clients of registries know user names and passwords: the password is the token, and the name says nothing. What
    /// it may do in which repository is for the registry to say.
    /// </summary>
    private async Task RegistryAsync(HttpContext context)
    {
        var secret = Bearer(context.Request) ?? BasicPassword.Of(context.Request);
        if (secret is null || (await FindAsync(secret, context.RequestAborted)).Token is not { } token)
        {
            if (secret is not null) await papers.Record.RefusedAsync(context, null, "The token is not known, was revoked, or has expired.");
            await RegistryErrors.NoTokenAsync(context, isKnown: secret is not null);
            return;
        }
        await tokens.NoteUseAsync(token, context.RequestAborted);
        context.Items[Who] = token;
        await next(context);
    }

    /// <summary>Git knows passwords too; what the token may do in the state repo is for that to say.</summary>
    private async Task GitAsync(HttpContext context)
    {
        var secret = Bearer(context.Request) ?? BasicPassword.Of(context.Request);
        if (secret is null || (await FindAsync(secret, context.RequestAborted)).Token is not { } token)
        {
            if (secret is not null) await papers.Record.RefusedAsync(context, null, "The token is not known, was revoked, or has expired.");
            await Refusals.NoPassword(context, isKnown: secret is not null);
            return;
        }
        await tokens.NoteUseAsync(token, context.RequestAborted);
        context.Items[Who] = token;
        await next(context);
    }

    private async Task SignInAsync(HttpContext context, StringValues link)
    {
        if (await tokens.RedeemAsync(link.ToString(), options.SessionFor, context.RequestAborted) is not { } session)
        {
            await papers.Record.RefusedAsync(context, null, "The sign-in link was used or has expired.");
            await Refusals.UsedLink(context);
            return;
        }
        await papers.Record.LoggedInAsync(session.Token.Principal, "link", context.RequestAborted);
        SessionCookie.Set(context, session, options.SessionFor);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        // Away from the address with the secret in it, so that it stays out of the history.
        context.Response.Redirect("/");
    }

    private static string? Bearer(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers[HeaderNames.Authorization].ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : null;
    }

    /// <summary>To a browser other ports of the host are the same site; the origin tells them apart.</summary>
    private static bool IsForeign(HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin
            ? origin != $"{request.Scheme}://{request.Host}"
            // Browsers name the origin of everything that changes something; what does not is no page of ours.
            : !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));
}
