using Headway.Core.Registry;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Registry.Http;

/// <summary>Blobs: whole, in part, or only whether they are there.</summary>
internal static class BlobAnswers
{
    public static async Task HeadAsync(RegistryRequest request, RegistryPath.BlobAt at)
    {
        var size = await request.Store.Blobs.FindForPushAsync(at.Name, Checked(at.Digest), request.Stop)
            ?? throw RegistryBlobs.Unknown(at.Name, at.Digest);
        Describe(request, at.Digest);
        request.Context.Response.ContentLength = size;
    }

    public static async Task GetAsync(RegistryRequest request, RegistryPath.BlobAt at)
    {
        await using var file = request.Store.Blobs.Open(at.Name, Checked(at.Digest));
        var range = ByteRange.Read(request.Context.Request.Headers.Range.ToString(), file.Length);
        if (range is { IsWrong: true })
        {
            request.Headers.ContentRange = $"bytes */{file.Length}";
            throw new RegistryRefusedException(RefusedFor.UploadRange, $"The blob has {file.Length} bytes; the range is outside.");
        }
        var sending = new BlobSending(request.Context, file, at.Digest);
        if (range is not null && !await sending.IsRightAsync(request.Stop))
        {
            await RegistryErrors.DamagedAsync(request.Context, at.Digest);
            return;
        }
        Describe(request, at.Digest);
        request.Context.Response.ContentLength = range?.Length ?? file.Length;
        if (range is null)
        {
            await sending.WholeAsync(request.Stop);
            return;
        }
        request.Context.Response.StatusCode = StatusCodes.Status206PartialContent;
        request.Headers.ContentRange = $"bytes {range.First}-{range.Last}/{file.Length}";
        await sending.PartAsync(range, request.Stop);
    }

    public static async Task DeleteAsync(RegistryRequest request, RegistryPath.BlobAt at)
    {
        await request.Store.Deletions.BlobAsync(at.Name, Checked(at.Digest), request.Actor, request.Stop);
        await request.EndAsync(StatusCodes.Status202Accepted);
    }

    private static void Describe(RegistryRequest request, string digest)
    {
        request.Headers.ContentType = "application/octet-stream";
        request.Headers.AcceptRanges = "bytes";
        request.Headers.ETag = $"\"{digest}\"";
        request.Headers["Docker-Content-Digest"] = digest;
    }

    private static string Checked(string digest) => ContentDigest.IsOne(digest) ? digest
        : throw new RegistryRefusedException(RefusedFor.DigestInvalid,
            "This is no digest: sha256: and 64, or sha512: and 128 lower-case hexadecimal digits.");
}
