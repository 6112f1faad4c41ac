using System.Globalization;
using Headway.Core.Registry;
using Headway.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Registry.Http;

/// <summary>Uploads: at once, in a stream, in pieces, gone on with after a cut, or mounted from another repository.</summary>
internal static class UploadAnswers
{
    public static async Task StartAsync(RegistryRequest request, string name)
    {
        if (request.Query("mount") is { } digest && await MountAsync(request, name, digest)) return;
        var upload = request.Store.Uploads.Start(name);
        if (request.Query("digest") is { } whole)
        {
            try
            {
                await AppendAsync(request, upload);
                await request.Store.Uploads.FinishAsync(upload, whole, request.Stop);
            }
            catch
            {
                // Nobody knows its address, so nobody could go on with it.
                request.Store.Uploads.Forget(upload);
                throw;
            }
            await CreatedAsync(request, name, whole);
            return;
        }
        await StandAsync(request, upload, StatusCodes.Status202Accepted);
    }

    public static Task StatusAsync(RegistryRequest request, RegistryPath.UploadAt at) =>
        StandAsync(request, request.Store.Uploads.Find(at.Name, at.Id), StatusCodes.Status204NoContent);

    public static async Task AppendAsync(RegistryRequest request, RegistryPath.UploadAt at)
    {
        var upload = request.Store.Uploads.Find(at.Name, at.Id);
        using (await request.Store.Uploads.TakeAsync(upload, request.Stop)) await AppendAsync(request, upload);
        await StandAsync(request, upload, StatusCodes.Status202Accepted);
    }

    public static async Task FinishAsync(RegistryRequest request, RegistryPath.UploadAt at)
    {
        var upload = request.Store.Uploads.Find(at.Name, at.Id);
        var digest = request.Query("digest") ?? throw new RegistryRefusedException(
            RefusedFor.DigestInvalid, "The end of an upload says which digest the blob has: PUT ...?digest=sha256:...");
        using (await request.Store.Uploads.TakeAsync(upload, request.Stop))
        {
            await AppendAsync(request, upload);
            await request.Store.Uploads.FinishAsync(upload, digest, request.Stop);
        }
        await CreatedAsync(request, at.Name, digest);
    }

    public static async Task CancelAsync(RegistryRequest request, RegistryPath.UploadAt at)
    {
        var upload = request.Store.Uploads.Find(at.Name, at.Id);
        using (await request.Store.Uploads.TakeAsync(upload, request.Stop)) request.Store.Uploads.Forget(upload);
        await request.EndAsync(StatusCodes.Status204NoContent);
    }

    private static async Task<bool> MountAsync(RegistryRequest request, string name, string digest)
    {
        if (!ContentDigest.IsOne(digest)) return false;
        var source = await request.Store.Blobs.MountAsync(
            name, digest, request.Query("from"), request.MayPull, request.Stop);
        if (source is null) return false;
        await CreatedAsync(request, name, digest);
        return true;
    }

    private static async Task AppendAsync(RegistryRequest request, Upload upload)
    {
        ServerLimits.AllowBody(request.Context, request.Limits.LargestBlobBytes);
        var said = Said(request, upload);
        // A client that is gone ends the body by itself; what it had sent before is still to be taken.
        await upload.AppendAsync(
            request.Context.Request.Body, said, request.Store.Uploads.Room, CancellationToken.None);
    }

    /// <summary>How long the piece is by its own word, checked against where the upload stands; null when it says nothing.</summary>
    private static long? Said(RegistryRequest request, Upload upload)
    {
        var header = request.Context.Request.Headers.ContentRange.ToString();
        if (header.Length == 0) return null;
        var text = header.StartsWith("bytes ", StringComparison.OrdinalIgnoreCase) ? header[6..] : header;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if ((slash < 0 ? text : text[..slash]).Split('-') is not [var from, var to]
            || !Number(from, out var first) || !Number(to, out var last) || last < first)
            throw new RegistryRefusedException(RefusedFor.UploadInvalid,
                "The Content-Range of a piece is its first and last byte, counted from 0: `0-1023`.");
        var length = last - first + 1;
        if (first == upload.Length && (request.Context.Request.ContentLength ?? length) == length) return length;
        Place(request, upload);
        throw new RegistryRefusedException(RefusedFor.UploadRange, first != upload.Length
            ? $"The piece begins at byte {first}, and the upload goes on at byte {upload.Length}."
            : $"The Content-Range names {length} bytes, and the body has {request.Context.Request.ContentLength}.");
    }

    private static Task StandAsync(RegistryRequest request, Upload upload, int status)
    {
        Place(request, upload);
        return request.EndAsync(status);
    }

    private static void Place(RegistryRequest request, Upload upload)
    {
        request.Headers.Location = $"/v2/{upload.Repository}/blobs/uploads/{upload.Id}";
        request.Headers.Range = $"0-{Math.Max(0, upload.Length - 1)}";
        request.Headers["Docker-Upload-UUID"] = upload.Id;
        request.Headers["OCI-Chunk-Min-Length"] = "1";
    }

    private static Task CreatedAsync(RegistryRequest request, string name, string digest)
    {
        request.Headers.Location = $"/v2/{name}/blobs/{digest}";
        request.Headers["Docker-Content-Digest"] = digest;
        return request.EndAsync(StatusCodes.Status201Created);
    }

    private static bool Number(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
