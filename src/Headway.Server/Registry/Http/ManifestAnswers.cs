using System.Text.Json;
using Headway.Core.Registry;
using Headway.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Registry.Http;

/// <summary>Manifests by digest and by tag.</summary>
internal static class ManifestAnswers
{
    public static Task GetAsync(RegistryRequest request, RegistryPath.ManifestAt at)
    {
        var manifest = request.Store.Manifests.Find(at.Name, at.Reference)
            ?? throw RegistryManifests.Unknown(at.Name, at.Reference);
        request.Headers["Docker-Content-Digest"] = manifest.Digest;
        request.Headers.ETag = $"\"{manifest.Digest}\"";
        return request.BytesAsync(manifest.Content, manifest.MediaType);
    }

    public static async Task PutAsync(RegistryRequest request, RegistryPath.ManifestAt at)
    {
        var content = await ReadAsync(request);
        var byDigest = at.Reference.Contains(':');
        string[] tags = [.. request.Context.Request.Query["tag"].OfType<string>()];
        if (!byDigest) tags = [at.Reference, .. tags];
        var kept = await request.Store.Manifests.PutAsync(
            new(at.Name, MediaTypeOf(request, content), content, byDigest ? at.Reference : null, tags),
            request.Actor, request.Stop);
        request.Headers.Location = $"/v2/{at.Name}/manifests/{kept.Digest}";
        request.Headers["Docker-Content-Digest"] = kept.Digest;
        if (kept.Subject is { } subject) request.Headers["OCI-Subject"] = subject;
        if (byDigest) foreach (var tag in tags) request.Headers.Append("OCI-Tag", tag);
        await request.EndAsync(StatusCodes.Status201Created);
    }

    public static async Task DeleteAsync(RegistryRequest request, RegistryPath.ManifestAt at)
    {
        if (ContentDigest.IsOne(at.Reference))
            await request.Store.Deletions.ManifestAsync(at.Name, at.Reference, request.Actor, request.Stop);
        else
            await request.Store.Deletions.TagAsync(at.Name, at.Reference, request.Actor, request.Stop);
        await request.EndAsync(StatusCodes.Status202Accepted);
    }

    private static async Task<byte[]> ReadAsync(RegistryRequest request)
    {
        ServerLimits.AllowBody(request.Context, Manifest.LargestBytes + 1);
        if (request.Context.Request.ContentLength > Manifest.LargestBytes) throw TooLarge();
        using var read = new MemoryStream((int)(request.Context.Request.ContentLength ?? 4096));
        var buffer = new byte[64 * 1024];
        for (int count; (count = await request.Context.Request.Body.ReadAsync(buffer, request.Stop)) > 0;)
        {
            if (read.Length + count > Manifest.LargestBytes) throw TooLarge();
            read.Write(buffer, 0, count);
        }
        return read.ToArray();
    }

    /// <summary>The header's; where a client sends none or only says that it is JSON, the manifest's own.</summary>
    private static string MediaTypeOf(RegistryRequest request, byte[] content)
    {
        var said = request.Context.Request.ContentType?.Split(';')[0].Trim() ?? "";
        if (said is not ("" or "application/json" or "application/octet-stream")) return said;
        try
        {
            using var document = JsonDocument.Parse(content);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("mediaType", out var own)
                && own.ValueKind == JsonValueKind.String ? own.GetString()! : MediaTypes.Image;
        }
        catch (JsonException)
        {
            return MediaTypes.Image;
        }
    }

    private static RegistryRefusedException TooLarge() => new(
        RefusedFor.ManifestTooLarge, $"A manifest has at most {Manifest.LargestBytes} bytes.");
}
