using System.Net;
using System.Security.Cryptography;
using System.Text;
using Headway.Core.Releases;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Delivery;

/// <summary>The page behind a signed link. It needs no script, so that it works in the browser of any phone and mail program.</summary>
internal static class ApprovalPage
{
    public const string Unknown = "This link was not made by this server, or a part of it is missing.";
    public const string Over = "The time of this link is over. Ask for a new one.";

    private const string Style =
        ":root{color-scheme:light dark;--text:#1a222d;--quiet:#536071;--ground:#f4f6f8;--sheet:#fff;--edge:#d5dbe3;--go:#17693a;--bad:#b3231b}"
        + "@media(prefers-color-scheme:dark){:root{--text:#e6eaf0;--quiet:#a4afbd;--ground:#10141a;--sheet:#181d25;--edge:#2c3440;--go:#1f7d47;--bad:#c2372e}}"
        + "body{margin:0;padding:1.5rem 1rem;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,sans-serif}"
        + "main{max-width:38rem;margin:0 auto;background:var(--sheet);border:1px solid var(--edge);border-radius:10px;padding:1.25rem}"
        + "h1{font-size:1.2rem;margin:0 0 .75rem;overflow-wrap:anywhere}li,p{overflow-wrap:anywhere}ul{padding-left:1.1rem}.quiet{color:var(--quiet);font-size:.875rem}"
        + "textarea{width:100%;box-sizing:border-box;font:inherit;min-height:4.5rem;border:1px solid var(--edge);border-radius:6px;background:var(--ground);color:inherit;padding:.5rem}"
        + "button{font:inherit;font-weight:600;color:#fff;border:0;border-radius:6px;padding:.6rem 1.1rem;margin:.75rem .5rem 0 0;min-height:2.75rem}"
        + ".go{background:var(--go)}.no{background:var(--bad)}:focus-visible{outline:3px solid #86b6ff;outline-offset:2px}";

    private static readonly string Policy = "default-src 'none'; style-src 'sha256-"
        + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style))) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static IResult Says(HttpContext context, int status, string sentence) =>
        Page(context, status, $"<h1>{Encode(sentence)}</h1><p class=quiet>You may close this page.</p>");

    public static IResult Asks(HttpContext context, ApprovalLink link, Release release, WaitingRelease waiting, string signed)
    {
        var body = new StringBuilder();
        body.Append($"<h1>May {Encode(release.Id)} come into {Encode(link.Environment)}?</h1>");
        body.Append($"<p>{Encode(release.Commit.Subject)}<br><span class=quiet>{Encode(release.Commit.Short)} by {Encode(release.Commit.Author)}, "
            + $"{release.CreatedAt:yyyy-MM-dd HH:mm} UTC</span></p><ul>");
        foreach (var answer in waiting.Answers) body.Append($"<li>{(answer.Passed ? "" : "Waits: ")}{Encode(answer.Says)}</li>");
        body.Append("</ul><form method=post><input type=hidden name=link value=\"").Append(Encode(signed)).Append("\">")
            .Append("<label for=reason>Why (goes into the record)</label><textarea id=reason name=reason maxlength=500></textarea>")
            .Append("<button class=go name=answer value=approve>Approve</button><button class=no name=answer value=reject>Reject</button></form>")
            .Append($"<p class=quiet>You answer as {Encode(link.By)}. The link can be used until {link.Until:yyyy-MM-dd HH:mm} UTC.</p>");
        return Page(context, 200, body.ToString());
    }

    private static IResult Page(HttpContext context, int status, string body)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return Results.Text($"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">"
            + $"<title>Headway</title><style>{Style}</style><main>{body}</main></html>", "text/html; charset=utf-8", Encoding.UTF8, status);
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
