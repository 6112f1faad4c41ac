using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Access.Identity;

/// <summary>What a browser is shown on its way back from the provider.</summary>
internal static class LoginPage
{
    /// <summary>Holds the state of a login that was begun in this browser.</summary>
    public const string Cookie = "headway-login";

    public static IResult Says(HttpContext context, int status, string sentence) => Page(context, status, "", $"<p>{WebUtility.HtmlEncode(sentence)}</p><p><a href=/login>Log in</a></p>");

    /// <summary>A page of our own leads on, since a browser that was sent here by another site does not bring a strict cookie along.</summary>
    public static IResult Welcomes(HttpContext context, string name) =>
        Page(context, 200, "<meta http-equiv=refresh content=\"0;url=/\">", $"<p>{WebUtility.HtmlEncode(name)} is logged in. <a href=/>Go on</a></p>");

    private static IResult Page(HttpContext context, int status, string head, string body)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return Results.Text("<!doctype html><html lang=en><meta charset=utf-8><meta name=color-scheme content=\"light dark\">"
            + $"<meta name=viewport content=\"width=device-width\">{head}<title>Headway</title>{body}</html>", "text/html; charset=utf-8", Encoding.UTF8, status);
    }
}
