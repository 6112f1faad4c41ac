using Headway.Core.Registry;
using Headway.Server.Artifacts;
using Headway.Server.Registry.Index;
using Headway.Server.Storage;

namespace Headway.Server.Registry;

/// <summary>
/// Blobs of repositories: links to the content-addressed files that everything here shares. A repository shows only
/// what was pushed to it or mounted into it.
/// </summary>
public sealed class RegistryBlobs(RegistryWorld world)
{
    /// <summary>Asking about a blob counts as needing it, written down at most so often.</summary>
    private const long SeenAgainAfter = 10 * 60 * 1000;

    /// <summary>In bytes, or null when the repository has no such blob.</summary>
    public long? Find(string repository, string digest) => Row(repository, digest)?.Size;

    /// <summary>
    /// As <see cref="Find"/>, for a client that will not send it again when it is there: it stays through the grace
    /// period from now on.
    /// </summary>
    public async Task<long?> FindForPushAsync(string repository, string digest, CancellationToken stop)
    {
        if (Row(repository, digest) is not { } row) return null;
        if (world.Now - row.Seen < SeenAgainAfter) return row.Size;
        return await world.Index.WriteAsync(session =>
        {
            if (BlobRows.Repository(session, repository) is not { } id) return (long?)null;
            BlobRows.Touch(session, id, digest, world.Now);
            return BlobRows.Find(session, id, digest)?.Size;
        }, stop);
    }

    /// <summary>
    /// The bytes, unchecked: whoever reads them checks the digest. Throws <see cref="RegistryRefusedException"/> when
    /// the repository has no such blob.
    /// </summary>
    public FileStream Open(string repository, string digest)
    {
        if (Find(repository, digest) is null) throw Unknown(repository, digest);
        try
        {
            return world.Files.OpenUnchecked(digest);
        }
        catch (BlobMissingException)
        {
            throw Unknown(repository, digest);
        }
    }

    /// <summary>Keeps the bytes, links them, and returns what they are: by SHA-256.</summary>
    public async Task<Blob> WriteAsync(string repository, Stream content, CancellationToken stop)
    {
        CheckName(repository);
        // A crash in between leaves a file that nothing names; the next push of the same bytes takes it over.
        var blob = await world.Files.WriteAsync(content, stop);
        await LinkAsync(repository, blob.Digest, stop);
        return blob;
    }

    /// <summary>
    /// Shows a blob in the repository that is already among the server's files, for example the artifact of a release.
    /// False when it is not.
    /// </summary>
    public async Task<bool> LinkAsync(string repository, string digest, CancellationToken stop)
    {
        CheckName(repository);
        return await world.Index.WriteAsync(session =>
        {
            if (world.Files.LengthOf(digest) is not { } length) return false;
            var id = BlobRows.NeedRepository(session, repository, world.Now, world.Limits.MostRepositories);
            BlobRows.Expect(session, digest, length, world.Now);
            BlobRows.Link(session, id, digest, length, world.Now);
            return true;
        }, stop);
    }

    /// <summary>
    /// Links a blob of one repository into another. With no source, of any that the caller may read. Null when there
    /// is none.
    /// </summary>
    public async Task<string?> MountAsync(
        string repository, string digest, string? from, Func<string, bool> mayRead, CancellationToken stop)
    {
        CheckName(repository);
        return await world.Index.WriteAsync(session =>
        {
            var source = BlobRows.Holders(session, digest)
                .FirstOrDefault(holder => (from is null || holder == from) && mayRead(holder));
            if (source is null || world.Files.LengthOf(digest) is not { } length) return null;
            var id = BlobRows.NeedRepository(session, repository, world.Now, world.Limits.MostRepositories);
            BlobRows.Link(session, id, digest, length, world.Now);
            return source;
        }, stop);
    }

    /// <summary>
    /// Puts a file of ours that is flushed and has this digest among the server's files, and links it. It is written
    /// down first, so that a crash in between leaves nothing that no collection would find.
    /// </summary>
    internal async Task AdoptAsync(string repository, string file, string digest, CancellationToken stop)
    {
        var length = new FileInfo(file).Length;
        await world.Index.WriteAsync(session =>
        {
            BlobRows.Expect(session, digest, length, world.Now);
            return true;
        }, stop);
        await world.Index.WriteAsync(session =>
        {
            var id = BlobRows.NeedRepository(session, repository, world.Now, world.Limits.MostRepositories);
            BlobRows.Link(session, id, digest, length, world.Now);
            // Last, and while nothing else is written: a collection sees both or neither.
            world.Files.Adopt(file, digest);
            return true;
        }, stop);
    }

    internal static void CheckName(string repository)
    {
        if (RepositoryName.WhyRefused(repository) is { } says)
            throw new RegistryRefusedException(RefusedFor.NameInvalid, says);
    }

    internal static RegistryRefusedException Unknown(string repository, string digest) => new(
        RefusedFor.BlobUnknown, $"{repository} has no blob {digest}: it was never pushed there, or was deleted.", [digest]);

    private (long Size, long Seen)? Row(string repository, string digest) => world.Index.Read(session =>
        BlobRows.Repository(session, repository) is { } id ? BlobRows.Find(session, id, digest) : null);
}
