using System.Text;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Access;

/// <summary>The password of `Authorization: Basic`.</summary>
internal static class BasicPassword
{
    /// <summary>Null when there is none, or the header is no base64 of `user:password`.</summary>
    public static string? Of(HttpRequest request)
    {
        const string scheme = "Basic ";
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var coded = header[scheme.Length..].Trim();
        var bytes = new byte[coded.Length];
        if (!Convert.TryFromBase64String(coded, bytes, out var length)) return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || colon == text.Length - 1 ? null : text[(colon + 1)..];
    }
}
