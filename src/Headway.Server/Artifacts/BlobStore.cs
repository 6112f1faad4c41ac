using System.Security.Cryptography;
using Headway.Server.Storage;

namespace Headway.Server.Artifacts;

/// <summary>
/// Files named by the SHA-256 of their bytes: `sha256/ab/cdef...`. What comes in is hashed here, whatever the sender
/// says; what goes out was hashed again just before, so a blob that rotted on disk is never served.
/// </summary>
public sealed class BlobStore
{
    private const int BufferBytes = 128 * 1024;

    private readonly string folder;
    private readonly string arriving;
    private readonly BlobLimits limits;

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
            var file = FileOf(blob.Digest);
            var beside = Path.GetDirectoryName(file)!;
            var isNew = !Directory.Exists(beside);
            Directory.CreateDirectory(beside);
            // Also over a blob that is there already: one that rotted is healed by a new upload.
            File.Move(temporary, file, overwrite: true);
            DurableFolder.Flush(beside);
            if (isNew) DurableFolder.Flush(Path.GetDirectoryName(beside)!);
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
            var actual = Digest.Of(await SHA256.HashDataAsync(file, stop));
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

    public IEnumerable<Blob> List()
    {
        var root = Path.Combine(folder, Digest.Algorithm);
        if (!Directory.Exists(root)) yield break;
        foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories))
            if (Digest.IsOne($"{Digest.Algorithm}:{file.Directory!.Name}{file.Name}"))
                yield return new($"{Digest.Algorithm}:{file.Directory.Name}{file.Name}", file.Length);
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
            var file = FileOf(blob.Digest);
            if (File.GetLastWriteTimeUtc(file) >= arrivedBefore.UtcDateTime) continue;
            File.Delete(file);
            deleted.Add(blob);
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
        if (!Digest.IsOne(digest)) throw new DigestInvalidException(digest);
        var hex = digest[(Digest.Algorithm.Length + 1)..];
        return Path.Combine(folder, Digest.Algorithm, hex[..2], hex[2..]);
    }
}

/// <param name="Digest">`sha256:` and 64 lower-case hexadecimal digits.</param>
public sealed record Blob(string Digest, long Length);

/// <param name="LargestBytes">Of one blob; larger uploads are refused while they arrive.</param>
public sealed record BlobLimits(long LargestBytes = 2L * 1024 * 1024 * 1024);
