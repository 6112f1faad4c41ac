using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Headway.Server.Telemetry.Disk;

/// <summary>
/// A file of records, each with its length and CRC-32C in front, that is only appended to. After a kill its last record
/// may be torn; <see cref="FramedReader"/> ends before it.
/// </summary>
internal sealed class FramedFile : IDisposable
{
    public const int HeaderBytes = 9;
    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _frame = new(64 * 1024);

    public FramedFile(string path)
    {
        Path = path;
        _file = new(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    public string Path { get; }

    /// <summary>With what is not yet flushed.</summary>
    public long Bytes { get; private set; }

    public void Append(byte type, ReadOnlySpan<byte> payload)
    {
        var head = _frame.GetSpan(HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(head, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], Checksum(type, payload));
        head[8] = type;
        _frame.Advance(HeaderBytes);
        _frame.Write(payload);
        Bytes += HeaderBytes + payload.Length;
    }

    /// <summary>Hands what was appended to the kernel, which keeps it when this process is killed.</summary>
    public void Flush()
    {
        try
        {
            _file.Write(_frame.WrittenSpan);
        }
        finally
        {
            _frame.ResetWrittenCount();
        }
    }

    /// <summary>Also to the disk itself.</summary>
    public void FlushToDisk()
    {
        Flush();
        _file.Flush(flushToDisk: true);
    }

    public void Dispose() => _file.Dispose();

    public static uint Checksum(byte type, ReadOnlySpan<byte> payload)
    {
        var sum = BitOperations.Crc32C(uint.MaxValue, type);
        for (; payload.Length >= 8; payload = payload[8..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(payload));
        foreach (var one in payload) sum = BitOperations.Crc32C(sum, one);
        return ~sum;
    }
}

/// <summary>Reads a file of records up to its end, or up to the first that is torn or damaged.</summary>
internal sealed class FramedReader : IDisposable
{
    private const int LongestRecord = 128 * 1024 * 1024;
    private readonly FileStream _file;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
    private int _at, _filled;

    public FramedReader(string path) => _file = new(
        path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    /// <summary>Where the last good record ends.</summary>
    public long GoodUntil { get; private set; }

    /// <summary>After the last record: whether something follows that is none.</summary>
    public bool IsTorn { get; private set; }

    public byte Type { get; private set; }

    /// <summary>False at the end. The payload is valid until the next call.</summary>
    public bool Next(out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (!Fill(FramedFile.HeaderBytes))
        {
            IsTorn = _filled > _at;
            return false;
        }
        var head = _buffer.AsSpan(_at);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        var sum = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        Type = head[8];
        IsTorn = length is < 0 or > LongestRecord || !Fill(FramedFile.HeaderBytes + length);
        if (IsTorn) return false;
        payload = _buffer.AsSpan(_at + FramedFile.HeaderBytes, length);
        IsTorn = FramedFile.Checksum(Type, payload) != sum;
        if (IsTorn) return false;
        _at += FramedFile.HeaderBytes + length;
        GoodUntil += FramedFile.HeaderBytes + length;
        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _file.Dispose();
    }

    private bool Fill(int wanted)
    {
        if (_filled - _at >= wanted) return true;
        var left = _buffer.AsSpan(_at, _filled - _at);
        if (wanted > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(wanted);
            left.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else left.CopyTo(_buffer);
        (_at, _filled) = (0, left.Length);
        for (int read; _filled < wanted && (read = _file.Read(_buffer.AsSpan(_filled))) > 0;) _filled += read;
        return _filled >= wanted;
    }
}
