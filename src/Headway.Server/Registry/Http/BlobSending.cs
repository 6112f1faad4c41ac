using System.Buffers;
using System.Security.Cryptography;
using Headway.Core.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Registry.Http;

/// <summary>
/// The bytes of a blob on their way out. A file that had its digest within the last hour, and was not written to since,
/// goes out as it is; every other one is hashed.
/// </summary>
internal sealed partial class BlobSending(HttpContext context, FileStream file, string digest)
{
    private const int BufferBytes = 256 * 1024;
    private readonly BlobChecks checks = context.RequestServices.GetRequiredService<BlobChecks>();

    /// <summary>
    /// Hashes what it sends and keeps the last piece back until the digest agrees: bytes that rotted on the disk end as
    /// a broken transfer and never as a blob.
    /// </summary>
    public async Task WholeAsync(CancellationToken stop)
    {
        var isRight = checks.IsGood(digest, file)
            ? await PiecesAsync(new(0, file.Length - 1), null, context.Response.Body, stop)
            : await CheckAsync(context.Response.Body, stop);
        if (!isRight) context.Abort();
    }

    /// <summary>False when the file is damaged; then nothing was sent.</summary>
    public async Task<bool> IsRightAsync(CancellationToken stop) =>
        checks.IsGood(digest, file) || await CheckAsync(Stream.Null, stop);

    public async Task PartAsync(ByteRange range, CancellationToken stop)
    {
        if (!await PiecesAsync(range, null, context.Response.Body, stop)) context.Abort();
    }

    private async Task<bool> CheckAsync(Stream to, CancellationToken stop)
    {
        var algorithm = ContentDigest.AlgorithmOf(digest)!;
        using var hash = IncrementalHash.CreateHash(
            algorithm == ContentDigest.Sha512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);
        bool HasDigest() => ContentDigest.Of(algorithm, hash.GetCurrentHash()) == digest;
        var isRight = await PiecesAsync(new(0, file.Length - 1), (piece, isLast) =>
        {
            hash.AppendData(piece.Span);
            return !isLast || HasDigest();
        }, to, stop) && (file.Length > 0 || HasDigest());
        if (isRight) checks.Note(digest, file);
        else LogRotten(context.RequestServices.GetRequiredService<ILogger<RegistryStore>>(), digest);
        return isRight;
    }

    /// <summary>Reads the next piece while the one before is sent. False when it ended early.</summary>
    /// <param name="range">What is sent of the file.</param>
    /// <param name="isGood">Sees each piece in order, and whether it is the last; what it refuses is not sent.</param>
    /// <param name="to">Where the pieces go.</param>
    /// <param name="stop">The client is gone.</param>
    private async Task<bool> PiecesAsync(
        ByteRange range, Func<ReadOnlyMemory<byte>, bool, bool>? isGood, Stream to, CancellationToken stop)
    {
        byte[][] buffers = [ArrayPool<byte>.Shared.Rent(BufferBytes), ArrayPool<byte>.Shared.Rent(BufferBytes)];
        var sending = Task.CompletedTask;
        try
        {
            var at = range.First;
            for (var side = 0; at <= range.Last; side ^= 1)
            {
                var read = await RandomAccess.ReadAsync(file.SafeFileHandle,
                    buffers[side].AsMemory(0, (int)Math.Min(range.Last - at + 1, BufferBytes)), at, stop);
                var piece = buffers[side].AsMemory(0, read);
                // A file that is shorter by now than it was ends with nothing read.
                var isRight = read > 0 && isGood?.Invoke(piece, at + read > range.Last) != false;
                await sending;
                if (!isRight) return false;
                at += read;
                sending = to.WriteAsync(piece, stop).AsTask();
            }
            await sending;
            return true;
        }
        finally
        {
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var buffer in buffers) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LoggerMessage(LogLevel.Error, "The blob {Digest} is damaged on disk; a client that asked for it was cut off. Push "
        + "it again, or restore the file from a backup.")]
    private static partial void LogRotten(ILogger log, string digest);
}
