using System.Security.Cryptography;
using Headway.Core.Registry;
using Headway.Server.Storage;

namespace Headway.Server.Artifacts;

/// <summary>
/// Files named by the hash of their bytes: `sha256/ab/cdef...`, or `sha512/...` where a client of the registry named it
/// so. What comes in is hashed here, whatever the sender says; what goes out by <see cref="OpenAsync"/> was hashed again
/// just before, so an artifact that rotted on disk is never placed.
/// </summary>
public sealed class BlobStore
{
    private const int BufferBytes = 128 * 1024;

    private readonly string folder;
    private readonly string arriving;
    private readonly BlobLimits limits;

    /// <summary>A file is put into place or deleted, never both at once.</summary>
    private readonly Lock placing = new();

    public BlobStore(string folder, BlobLimits limits)
    {
        this.folder = Path.GetFullPath(folder);
        this.limits = limits;
        arriving = Path.Combine(this.folder, "arriving");
        DataFolder.Make(this.folder);
        DataFolder.Make(arriving);
    }

    /// <summary>
    /// Keeps the bytes durably and returns their digest. Throws <see cref="BlobTooLargeException"/> or
    /// <see cref="StorageFullException"/>; then nothing is left behind.
    /// </summary>
    public async Task<Blob> WriteAsync(Stream content, CancellationToken stop)
    {
        var temporary = Path.Combine(arriving, Path.GetRandomFileName());
        try
        {
            var blob = await ReceiveAsync(content, temporary, stop);
            Adopt(temporary, blob.Digest);
            return blob;
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            throw new StorageFullException(folder, e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// The bytes, after all of them were checked. Throws <see cref="BlobMissingException"/> or
    /// <see cref="BlobCorruptException"/>.
    /// </summary>
    public async Task<Stream> OpenAsync(string digest, CancellationToken stop)
    {
        FileStream file;
        try
        {
            file = new FileStream(
                FileOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete,
                BufferBytes, useAsync: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BlobMissingException(digest);
        }
        try
        {
            var algorithm = ContentDigest.AlgorithmOf(digest)!;
            var actual = ContentDigest.Of(algorithm, algorithm == ContentDigest.Sha512
                ? await SHA512.HashDataAsync(file, stop) : await SHA256.HashDataAsync(file, stop));
            if (actual != digest) throw new BlobCorruptException(digest, actual);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public bool Contains(string digest) => File.Exists(FileOf(digest));

    /// <summary>In bytes, or null when it is not here.</summary>
    public long? LengthOf(string digest) => new FileInfo(FileOf(digest)) is { Exists: true } file ? file.Length : null;

    /// <summary>A folder of the same file system, for what is on its way in by steps.</summary>
    public string FolderFor(string name)
    {
        var inside = Path.Combine(folder, name);
        DataFolder.Make(inside);
        return inside;
    }

    /// <summary>
    /// Puts a file into place whose bytes are on disk and have this digest, durably, and takes it away from where it
    /// was. Also over a blob that is there already: one that rotted is healed by a new upload.
    /// </summary>
    public void Adopt(string path, string digest)
    {
        var file = FileOf(digest);
        var beside = Path.GetDirectoryName(file)!;
        var isNew = !Directory.Exists(beside);
        Directory.CreateDirectory(beside);
        lock (placing)
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            File.Move(path, file, overwrite: true);
        }
        DurableFolder.Flush(beside);
        if (isNew) DurableFolder.Flush(Path.GetDirectoryName(beside)!);
    }

    /// <summary>
    /// The bytes as they are on disk, for whoever checks them while they are read. Throws
    /// <see cref="BlobMissingException"/>.
    /// </summary>
    public FileStream OpenUnchecked(string digest)
    {
        try
        {
            return new FileStream(
                FileOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BlobMissingException(digest);
        }
    }

    /// <summary>Deletes the blob if it arrived before the given moment; true when it is gone.</summary>
    public bool DeleteOlder(string digest, DateTimeOffset arrivedBefore)
    {
        lock (placing)
        {
            var file = new FileInfo(FileOf(digest));
            if (file.Exists && file.LastWriteTimeUtc >= arrivedBefore.UtcDateTime) return false;
            if (file.Exists) file.Delete();
            return true;
        }
    }

    public IEnumerable<Blob> List()
    {
        foreach (var algorithm in new[] { ContentDigest.Sha256, ContentDigest.Sha512 })
        {
            var root = Path.Combine(folder, algorithm);
            if (!Directory.Exists(root)) continue;
            foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories))
                if (ContentDigest.IsOne($"{algorithm}:{file.Directory!.Name}{file.Name}"))
                    yield return new($"{algorithm}:{file.Directory.Name}{file.Name}", file.Length);
        }
    }

    /// <summary>
    /// Deletes what nobody refers to and what arrived before the given moment, so that an upload whose release is
    /// about to be recorded stays. Returns what was deleted.
    /// </summary>
    public IReadOnlyList<Blob> DeleteUnreferenced(IReadOnlySet<string> referenced, DateTimeOffset arrivedBefore)
    {
        var deleted = new List<Blob>();
        foreach (var blob in List().Where(blob => !referenced.Contains(blob.Digest)).ToList())
        {
            if (DeleteOlder(blob.Digest, arrivedBefore)) deleted.Add(blob);
        }
        foreach (var abandoned in new DirectoryInfo(arriving).EnumerateFiles())
            if (abandoned.LastWriteTimeUtc < arrivedBefore.UtcDateTime) abandoned.Delete();
        return deleted;
    }

    private async Task<Blob> ReceiveAsync(Stream content, string temporary, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(
            temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        var buffer = new byte[BufferBytes];
        long length = 0;
        for (int read; (read = await content.ReadAsync(buffer, stop)) > 0;)
        {
            length += read;
            if (length > limits.LargestBytes) throw new BlobTooLargeException(limits.LargestBytes);
            hash.AppendData(buffer.AsSpan(0, read));
            await file.WriteAsync(buffer.AsMemory(0, read), stop);
        }
        file.Flush(flushToDisk: true);
        return new(Digest.Of(hash.GetHashAndReset()), length);
    }

    private string FileOf(string digest)
    {
        var algorithm = ContentDigest.AlgorithmOf(digest) ?? throw new DigestInvalidException(digest);
        var hex = digest[(algorithm.Length + 1)..];
        return Path.Combine(folder, algorithm, hex[..2], hex[2..]);
    }
}

/// <param name="Digest">`sha256:` and 64 lower-case hexadecimal digits, or `sha512:` and 128.</param>
public sealed record Blob(string Digest, long Length);

/// <param name="LargestBytes">Of one blob; larger uploads are refused while they arrive.</param>
public sealed record BlobLimits(long LargestBytes = 2L * 1024 * 1024 * 1024);
