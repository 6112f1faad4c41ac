using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Headway.Core.Registry;
using Headway.Server.Storage;
using Microsoft.Win32.SafeHandles;

namespace Headway.Server.Registry;

/// <summary>
/// One blob on its way in. One request at a time writes to it; what a request that was cut off had sent stays, and the
/// next one goes on from there.
/// </summary>
public sealed class Upload
{
    /// <summary>Large enough that a gigabyte is a few thousand writes; the memory of an upload is two of these.</summary>
    private const int BufferBytes = 256 * 1024;

    /// <summary>Every so many bytes the disk is told to begin, so that the flush at the end has little left to do.</summary>
    private const long WriteBackBytes = 8 * 1024 * 1024;

    private readonly SemaphoreSlim turn = new(1, 1);
    private long begun;
    private SafeFileHandle? handle;
    private IncrementalHash? hash;

    private Upload(string file, string id, string repository, long length, DateTimeOffset writtenAt) =>
        (File, Id, Repository, Length, WrittenAt) = (file, id, repository, length, writtenAt);

    public string File { get; }
    public string Id { get; }
    public string Repository { get; }

    /// <summary>How many bytes are here.</summary>
    public long Length { get; private set; }

    public DateTimeOffset WrittenAt { get; private set; }

    public bool IsBusy => turn.CurrentCount == 0;

    internal static Upload Begin(string file, string id, string repository, DateTimeOffset now)
    {
        using (System.IO.File.Create(file)) { }
        return new(file, id, repository, 0, now) { hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256) };
    }

    /// <summary>After a restart; null when nothing of it is left.</summary>
    internal static Upload? Resume(string file, string id, string repository) =>
        new FileInfo(file) is { Exists: true } found ? new(file, id, repository, found.Length, found.LastWriteTimeUtc)
            : null;

    /// <summary>The right to write, given back by disposing; refused when another request keeps it for too long.</summary>
    public async Task<IDisposable> TakeAsync(TimeSpan wait, CancellationToken stop)
    {
        if (!await turn.WaitAsync(wait, stop))
            throw new RegistryRefusedException(RefusedFor.UploadBusy,
                "Another request still writes to this upload. Ask where it is with GET, and go on from there.");
        return new Turn(turn);
    }

    /// <summary>
    /// Appends the body. A body of another length than was said leaves nothing; one that was cut off leaves what came.
    /// Throws <see cref="StorageFullException"/> and <see cref="RegistryRefusedException"/>.
    /// </summary>
    public async Task AppendAsync(Stream body, long? said, UploadRoom room, CancellationToken stop)
    {
        var start = Length;
        handle ??= System.IO.File.OpenHandle(File, FileMode.Open, FileAccess.Write, FileShare.Read);
        // One is filled from the network while the other is written to the disk.
        byte[][] buffers = [ArrayPool<byte>.Shared.Rent(BufferBytes), ArrayPool<byte>.Shared.Rent(BufferBytes)];
        var writing = Task.CompletedTask;
        try
        {
            for (var side = 0; ; side ^= 1)
            {
                var (read, cutOff) = await FillAsync(body, buffers[side], stop);
                await writing;
                if (read == 0 && cutOff is null) break;
                Check(Length - start + read, Length + read, said, room, start);
                // What came before the cut counts; also when the request itself is over.
                writing = WriteAsync(buffers[side].AsMemory(0, read), room.Now());
                if (cutOff is null) continue;
                await writing;
                cutOff.Throw();
            }
            if (said is { } promised && Length - start != promised)
            {
                var came = Length - start;
                Cut(start);
                throw new RegistryRefusedException(RefusedFor.UploadRange,
                    $"The body has {came} bytes, and its Content-Range says {promised}. Nothing of it was kept.");
            }
        }
        finally
        {
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var buffer in buffers) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Check(long came, long whole, long? said, UploadRoom room, long start)
    {
        if (came > (said ?? long.MaxValue))
        {
            Cut(start);
            throw new RegistryRefusedException(RefusedFor.UploadRange,
                $"The body has more bytes than the {said} that its Content-Range says. Nothing of it was kept.");
        }
        if (whole > room.LargestBytes)
            throw new RegistryRefusedException(RefusedFor.BlobTooLarge,
                $"The blob has more than {room.LargestBytes} bytes, which is the limit of this registry.");
    }

    /// <summary>Of all bytes; computed from the file where they did not all pass through this process.</summary>
    internal async Task<string> DigestAsync(string algorithm, CancellationToken stop)
    {
        if (algorithm == ContentDigest.Sha256 && hash is not null)
            return ContentDigest.Of(algorithm, hash.GetCurrentHash());
        await using var file = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        return ContentDigest.Of(algorithm, algorithm == ContentDigest.Sha512
            ? await SHA512.HashDataAsync(file, stop) : await SHA256.HashDataAsync(file, stop));
    }

    internal void Flush()
    {
        handle ??= System.IO.File.OpenHandle(File, FileMode.Open, FileAccess.Write, FileShare.Read);
        try
        {
            RandomAccess.SetLength(handle, Length);
            RandomAccess.FlushToDisk(handle);
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            throw new StorageFullException(File, e);
        }
        handle.Dispose();
        handle = null;
    }

    internal void Close()
    {
        handle?.Dispose();
        handle = null;
        hash?.Dispose();
        hash = null;
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, DateTimeOffset now)
    {
        try
        {
            var writing = RandomAccess.WriteAsync(handle!, bytes, Length, CancellationToken.None);
            hash?.AppendData(bytes.Span);
            await writing;
        }
        catch (IOException e)
        {
            // Part of it may be there; the next attempt writes over it, and the end computes the hash from the file.
            hash?.Dispose();
            hash = null;
            throw DiskFull.Is(e) ? new StorageFullException(File, e) : new StorageFailedException(File, e);
        }
        Length += bytes.Length;
        WrittenAt = now;
        if (Length - begun < WriteBackBytes) return;
        WriteBack.Begin(handle!, begun, Length - begun);
        begun = Length;
    }

    /// <summary>Back to an earlier end. The hash cannot go back, so the end computes it from the file.</summary>
    private void Cut(long length)
    {
        if (length == Length) return;
        RandomAccess.SetLength(handle!, length);
        Length = length;
        begun = Math.Min(begun, length);
        hash?.Dispose();
        hash = null;
    }

    /// <summary>As many bytes as fit, so that few writes are made whatever pieces the network brings.</summary>
    private static async ValueTask<(int Read, ExceptionDispatchInfo? CutOff)> FillAsync(
        Stream body, byte[] buffer, CancellationToken stop)
    {
        var filled = 0;
        try
        {
            while (filled < buffer.Length)
            {
                var read = await body.ReadAsync(buffer.AsMemory(filled), stop);
                if (read == 0) break;
                filled += read;
            }
            return (filled, null);
        }
        catch (Exception e)
        {
            return (filled, ExceptionDispatchInfo.Capture(e));
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}

/// <summary>How much one blob may have, and the clock.</summary>
public sealed record UploadRoom(long LargestBytes, Func<DateTimeOffset> Now);
