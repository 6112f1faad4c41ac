using System.Text.Json;
using Headway.Core;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Registry.Http;

/// <summary>Errors as the distribution specification writes them.</summary>
internal static class RegistryErrors
{
    /// <summary>For a client without a token, or with one that is not known. Clients of registries ask for Basic.</summary>
    public static Task NoTokenAsync(HttpContext context, bool isKnown)
    {
        // Older clients of Docker take a server without it for one of the first version.
        context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"headway\", charset=\"UTF-8\"";
        return WriteAsync(context, 401, "UNAUTHORIZED", isKnown
            ? "The token is not known, was revoked, or has expired. Make a new one: headway tokens create."
            : "Send a token of this server as the password, with any user name, or as `Authorization: Bearer`.", []);
    }

    public static Task NotAllowedAsync(HttpContext context, string says) =>
        WriteAsync(context, 403, "DENIED", says, []);

    public static Task RefusedAsync(HttpContext context, RegistryRefusedException refused)
    {
        var (status, code) = Of(refused.Why);
        if (refused.Why is RefusedFor.TooMany or RefusedFor.UploadBusy) context.Response.Headers.RetryAfter = "5";
        return WriteAsync(context, status, code, refused.Message, refused.What);
    }

    /// <summary>
    /// Full disks are 507: nothing is wrong with the request, and trying again at once is no use. What had arrived of
    /// an upload stays, so it can go on when there is room.
    /// </summary>
    public static Task FullAsync(HttpContext context, string says) =>
        WriteAsync(context, StatusCodes.Status507InsufficientStorage, "UNKNOWN", says, []);

    public static Task DamagedAsync(HttpContext context, string digest) =>
        WriteAsync(context, StatusCodes.Status500InternalServerError, "UNKNOWN",
            "The blob is damaged on the disk of this registry. Push it again, or have its file restored.", [digest]);

    public static Task MethodAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return WriteAsync(context, 405, "UNSUPPORTED", $"{context.Request.Method} is nothing that can be asked here.", []);
    }

    public static async Task WriteAsync(
        HttpContext context, int status, string code, string says, IReadOnlyList<string> what)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentType = "application/json; charset=utf-8";
        object? detail = what.Count == 0 ? null : what;
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { errors = new[] { new { code, message = says, detail } } }, Wire.Json);
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static (int Status, string Code) Of(RefusedFor why) => why switch
    {
        RefusedFor.BlobUnknown => (404, "BLOB_UNKNOWN"),
        RefusedFor.UploadInvalid => (400, "BLOB_UPLOAD_INVALID"),
        RefusedFor.UploadBusy => (409, "BLOB_UPLOAD_INVALID"),
        RefusedFor.UploadUnknown => (404, "BLOB_UPLOAD_UNKNOWN"),
        RefusedFor.UploadRange => (416, "BLOB_UPLOAD_INVALID"),
        RefusedFor.DigestInvalid => (400, "DIGEST_INVALID"),
        RefusedFor.ManifestBlobUnknown => (404, "MANIFEST_BLOB_UNKNOWN"),
        RefusedFor.ManifestInvalid => (400, "MANIFEST_INVALID"),
        RefusedFor.ManifestTooLarge => (413, "MANIFEST_INVALID"),
        RefusedFor.ManifestUnknown => (404, "MANIFEST_UNKNOWN"),
        RefusedFor.NameInvalid => (400, "NAME_INVALID"),
        RefusedFor.NameUnknown => (404, "NAME_UNKNOWN"),
        RefusedFor.SizeInvalid => (400, "SIZE_INVALID"),
        RefusedFor.BlobTooLarge => (413, "SIZE_INVALID"),
        RefusedFor.TagInvalid => (400, "TAG_INVALID"),
        RefusedFor.TagFixed => (409, "TAG_INVALID"),
        RefusedFor.InUse => (403, "DENIED"),
        RefusedFor.PageInvalid => (400, "PAGINATION_NUMBER_INVALID"),
        RefusedFor.TooMany => (429, "TOOMANYREQUESTS"),
        _ => throw new ArgumentOutOfRangeException(nameof(why), why, null),
    };
}
