using Headway.Core.Access;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Access;

/// <summary>RFC 9457 problems that say what to do. They never repeat a secret.</summary>
internal static class Refusals
{
    public static Task UnknownHost(HttpContext context) => WriteAsync(
        context, StatusCodes.Status421MisdirectedRequest, "Unknown host name",
        $"This server is not known as `{Short(context.Request.Host.Value)}`. Use localhost, or start the server with "
            + "that name among its host names.");

    public static Task NoToken(HttpContext context) => Unauthorized(context, "No token",
        "Send `Authorization: Bearer TOKEN`. The token of the first start is in the file admin.token of the server's "
            + "data folder. For a browser, make a sign-in link with POST /api/v1/tokens/link.");

    public static Task UnknownToken(HttpContext context) => Unauthorized(context, "Unknown token",
        "The token is not known, was revoked, or has expired. Make a new one, or open a new sign-in link.");

    public static Task Workload(HttpContext context, string why) => Unauthorized(context, "Token not accepted", why);

    /// <summary>In plain text, which git shows; the header makes it ask for a password.</summary>
    public static Task NoPassword(HttpContext context, bool isKnown)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"headway\"";
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(isKnown ? "The token is not known, was revoked, or has expired.\n"
            : "The password is a token of Headway; any user name will do.\n");
    }

    public static Task UsedLink(HttpContext context) => Unauthorized(context, "Used link",
        "This sign-in link was used already or has expired; each works once. Make a new one.");

    /// <param name="place">What the request is about, where that is known.</param>
    public static Task NotAllowed(HttpContext context, AccessToken token, Scope needed, RequestPlace? place) => WriteAsync(
        context, StatusCodes.Status403Forbidden, "Not allowed", token.Scope == Scope.Node && needed == Scope.Node
            ? $"The token `{token.Name}` speaks only for the node {token.Node}."
            : token.Grants is { IsDefaultOrEmpty: false } && place is not null
                && token.Principal.WhyNot(place.Act, place.Service, place.Environment) is { } refusal ? refusal.Says
            : $"This needs the scope `{Word(needed)}`, and the token `{token.Name}` has `{Word(token.Scope)}`. "
                + "Ask an admin for one.");

    public static Task ForeignPage(HttpContext context) => WriteAsync(
        context, StatusCodes.Status403Forbidden, "Foreign page",
        "A page of another origin sent this request with your session. Send a token instead of the cookie.");

    private static Task Unauthorized(HttpContext context, string title, string detail)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"headway\"";
        return WriteAsync(context, StatusCodes.Status401Unauthorized, title, detail);
    }

    private static Task WriteAsync(HttpContext context, int status, string title, string detail)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Problem(detail, statusCode: status, title: title).ExecuteAsync(context);
    }

    private static string Word(Scope scope) => scope.ToString().ToLowerInvariant();

    private static string Short(string? text) => text is { Length: > 100 } ? text[..100] : text ?? "";
}
