using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using Headway.Server.Telemetry.Limits;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>Why a request is not taken, in the words of HTTP; gRPC has its own for the same.</summary>
public sealed class OtlpRefusedException(int status, string says) : Exception(says)
{
    public int Status => status;
}

/// <summary>
/// A request in memory that is not given to the garbage collector but back to the pool. Dispose gives back the room
/// that it takes among all requests that are under way. It is also written to, where a request is turned into another.
/// </summary>
internal sealed class OtlpBody : IBufferWriter<byte>, IDisposable
{
    private const int FirstBytes = 64 * 1024, SmallestBytes = 4096;
    private readonly InFlightRoom _room;
    private readonly TelemetryLimits _limits;
    private byte[] _bytes = [];
    private int _length;
    private long _taken;

    private OtlpBody(InFlightRoom room, TelemetryLimits limits) => (_room, _limits) = (room, limits);

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Reads a body of at most so many bytes.</summary>
    public static async Task<OtlpBody> ReadAsync(
        HttpRequest request, InFlightRoom room, TelemetryLimits limits, CancellationToken stop)
    {
        if (request.ContentLength > limits.BodyBytes) throw TooLarge(limits);
        var body = new OtlpBody(room, limits);
        try
        {
            body.Grow((int)(request.ContentLength ?? FirstBytes));
            int read;
            while (body._length != request.ContentLength
                && (read = await request.Body.ReadAsync(body._bytes.AsMemory(body._length), stop)) > 0)
            {
                body._length += read;
                if (body._length > limits.BodyBytes) throw TooLarge(limits);
                if (body._length == body._bytes.Length && body._length != request.ContentLength)
                    body.Grow(body._bytes.Length * 2);
            }
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Unpacks a part of what was read. Its last four bytes say how large it will be, so only so much room is taken;
    /// what turns out larger, or says that it is beyond the limit, is refused without being held.
    /// </summary>
    public OtlpBody Inflate(Range part)
    {
        var packed = Bytes[part];
        const int shortest = 18;
        if (packed.Length < shortest) throw new CorruptOtlpException("The body is no gzip: it is too short.");
        var says = BinaryPrimitives.ReadUInt32LittleEndian(packed.Span[^4..]);
        if (says > _limits.InflatedBytes) throw TooLarge(_limits);
        var body = new OtlpBody(_room, _limits);
        try
        {
            body.Grow((int)says);
            var (from, length) = part.GetOffsetAndLength(_length);
            using var stream = new GZipStream(new MemoryStream(_bytes, from, length, writable: false),
                CompressionMode.Decompress);
            int read;
            while (body._length < says && (read = stream.Read(body._bytes, body._length,
                (int)says - body._length)) > 0) body._length += read;
            if (body._length != says || stream.ReadByte() >= 0)
                throw new CorruptOtlpException($"The gzip says {says} bytes, which is not what it holds.");
            return body;
        }
        catch (InvalidDataException wrong)
        {
            body.Dispose();
            throw new CorruptOtlpException($"The body is no gzip: {wrong.Message}");
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>To be written to.</summary>
    public static OtlpBody Empty(InFlightRoom room, TelemetryLimits limits) => new(room, limits);

    public int Length => _length;

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var wanted = _length + Math.Max(1, sizeHint);
        if (wanted > _limits.InflatedBytes) throw TooLarge(_limits);
        if (wanted > _bytes.Length) Grow(Math.Max(wanted, SmallestBytes));
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Puts the length of all that was written from there on in front of it.</summary>
    public void PutLength(int from)
    {
        var length = _length - from;
        ProtoWriting.Varint(this, (ulong)length);
        Span<byte> number = stackalloc byte[10];
        var written = _bytes.AsSpan(from, _length - from);
        written[length..].CopyTo(number);
        number = number[..(written.Length - length)];
        written[..length].CopyTo(written[number.Length..]);
        number.CopyTo(written);
    }

    public void Dispose()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _room.Give(_taken);
        _taken = 0;
    }

    private static OtlpRefusedException TooLarge(TelemetryLimits limits) => new(StatusCodes.Status413PayloadTooLarge,
        $"A request may have {limits.BodyBytes} bytes as it is sent and {limits.InflatedBytes} unpacked. "
            + "Let the exporter send smaller batches.");

    /// <summary>The pool hands out powers of two, and while it is copied the old array is there as well.</summary>
    private void Grow(int wanted)
    {
        var size = (long)BitOperations.RoundUpToPowerOf2((uint)Math.Max(wanted, 16));
        if (!_room.TryTake(size)) throw new OtlpRefusedException(StatusCodes.Status503ServiceUnavailable,
            "Too many requests are under way; try again in a few seconds.");
        var larger = ArrayPool<byte>.Shared.Rent((int)size);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _room.Give(_taken);
        (_bytes, _taken) = (larger, size);
    }
}

/// <summary>The memory that all requests under way may take together.</summary>
internal sealed class InFlightRoom(TelemetryLimits limits)
{
    private long _taken;

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= limits.InFlightBytes) return true;
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    public void Give(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
