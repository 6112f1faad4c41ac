using System.Collections.Concurrent;
using System.Security.Cryptography;
using Headway.Core.Registry;
using Headway.Server.Artifacts;

namespace Headway.Server.Registry;

/// <summary>
/// Blobs that arrive in steps. Each is a file beside the blobs, with a second one that says whose it is; both survive a
/// restart, so a client goes on where it was. Nobody sees anything of them before they end with the right digest.
/// </summary>
public sealed class Uploads
{
    private const int IdBytes = 16;
    private readonly RegistryWorld world;
    private readonly RegistryBlobs blobs;
    private readonly BlobChecks checks;
    private readonly string folder;
    private readonly ConcurrentDictionary<string, Upload> known = new(StringComparer.Ordinal);

    public Uploads(RegistryWorld world, RegistryBlobs blobs, BlobChecks checks)
    {
        (this.world, this.blobs, this.checks) = (world, blobs, checks);
        folder = world.Files.FolderFor("uploads");
        foreach (var owner in Directory.EnumerateFiles(folder, "*.of"))
        {
            var id = Path.GetFileNameWithoutExtension(owner);
            var repository = File.ReadAllText(owner);
            if (RepositoryName.WhyRefused(repository) is null && Upload.Resume(FileOf(id), id, repository) is { } upload)
                known[id] = upload;
            else File.Delete(owner);
        }
    }

    /// <summary>Throws <see cref="RegistryRefusedException"/> when too many are under way.</summary>
    public Upload Start(string repository)
    {
        RegistryBlobs.CheckName(repository);
        if (known.Count >= world.Limits.MostUploads)
            throw new RegistryRefusedException(RefusedFor.TooMany,
                $"{world.Limits.MostUploads} uploads are under way, which is the limit. Try again later.");
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        File.WriteAllText(OwnerOf(id), repository);
        return known[id] = Upload.Begin(FileOf(id), id, repository, world.Time.GetUtcNow());
    }

    /// <summary>Throws when the repository has no such upload.</summary>
    public Upload Find(string repository, string id) =>
        known.TryGetValue(id, out var upload) && upload.Repository == repository ? upload
            : throw Ended();

    /// <summary>
    /// Ends the upload: the blob is in the repository, durably, when this returns. With bytes of another digest nothing
    /// of it is kept.
    /// </summary>
    public async Task FinishAsync(Upload upload, string digest, CancellationToken stop)
    {
        var actual = await upload.DigestAsync(ContentDigest.AlgorithmOf(digest) ?? ContentDigest.Sha256, stop);
        if (actual != digest)
        {
            Forget(upload);
            throw new RegistryRefusedException(RefusedFor.DigestInvalid, ContentDigest.IsOne(digest)
                ? $"The blob was sent as {digest}, and its {upload.Length} bytes are {actual}. Nothing was kept."
                : "The blob was sent for a digest that is none: sha256: and 64, or sha512: and 128 hexadecimal digits.");
        }
        upload.Flush();
        await blobs.AdoptAsync(upload.Repository, upload.File, digest, stop);
        Remember(digest);
        Forget(upload);
    }

    /// <summary>What was just hashed is still in memory, where a pull would read it.</summary>
    private void Remember(string digest)
    {
        try
        {
            using var file = world.Files.OpenUnchecked(digest);
            checks.Note(digest, file);
        }
        catch (BlobMissingException)
        {
            // A collection was as fast.
        }
    }

    public void Forget(Upload upload)
    {
        known.TryRemove(upload.Id, out _);
        upload.Close();
        File.Delete(OwnerOf(upload.Id));
        File.Delete(upload.File);
    }

    /// <summary>Forgets those that nobody has written to for too long; how many.</summary>
    public int ForgetOld()
    {
        var before = world.Time.GetUtcNow() - world.Limits.UploadFor;
        var old = known.Values.Where(upload => upload.WrittenAt < before && !upload.IsBusy).ToArray();
        foreach (var upload in old) Forget(upload);
        return old.Length;
    }

    public int Count => known.Count;

    public UploadRoom Room => new(world.Limits.LargestBlobBytes, world.Time.GetUtcNow);

    /// <summary>
    /// The upload with the right to write to it, given back by disposing. Refused when another request keeps it for too
    /// long, or ends it in the meantime.
    /// </summary>
    public async Task<IDisposable> TakeAsync(Upload upload, CancellationToken stop)
    {
        var turn = await upload.TakeAsync(world.Limits.UploadWait, stop);
        if (known.ContainsKey(upload.Id)) return turn;
        turn.Dispose();
        throw Ended();
    }

    private static RegistryRefusedException Ended() => new(RefusedFor.UploadUnknown,
        "There is no such upload: it ended, was cancelled, or was not written to for too long. Start again.");

    private string FileOf(string id) => Path.Combine(folder, id);

    private string OwnerOf(string id) => Path.Combine(folder, $"{id}.of");
}
