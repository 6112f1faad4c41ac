using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Headway.Server.Status.Page;

/// <summary>
/// The plain status page: files in the assembly that know nothing secret. What they show comes from the API, with the
/// reader's token.
/// </summary>
public static class StatusPage
{
    /// <summary>
    /// Only our own files, no inline script, and no way to turn text into markup: a commit subject stays a text
    /// whatever is in it.
    /// </summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    /// <summary>File name to content, for example `page.css`.</summary>
    public static readonly IReadOnlyDictionary<string, byte[]> Files = Read();

    public static void MapStatusPage(this IEndpointRouteBuilder app)
    {
        Serve("/", "page.html");
        foreach (var name in Files.Keys.Where(name => name != "page.html")) Serve($"/page/{name}", name);

        void Serve(string address, string name)
        {
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(Files[name]))[..16]}\"");
            app.MapGet(address, (HttpContext context) => Answer(context, name, tag)).ExcludeFromDescription();
        }
    }

    private static IResult Answer(HttpContext context, string name, EntityTagHeaderValue tag)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
        return Results.Bytes(Files[name], Types[Path.GetExtension(name)], entityTag: tag);
    }

    private static Dictionary<string, byte[]> Read()
    {
        var assembly = typeof(StatusPage).Assembly;
        const string prefix = "page/";
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[prefix.Length..], name =>
            {
                using var resource = assembly.GetManifestResourceStream(name)!;
                using var bytes = new MemoryStream();
                resource.CopyTo(bytes);
                return bytes.ToArray();
            });
    }
}
