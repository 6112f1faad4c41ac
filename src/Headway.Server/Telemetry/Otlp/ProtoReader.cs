using System.Buffers.Binary;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>
/// Reads one protobuf message field by field from bytes that stay where they are. Whoever reads has checked the bytes
/// with <see cref="OtlpCheck"/> before; a mistake that is still found is a <see cref="CorruptOtlpException"/>.
/// </summary>
public ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    public const int Varint = 0, Fixed64 = 1, Length = 2, Fixed32 = 5;
    private ReadOnlySpan<byte> _rest = message;

    public int Field { get; private set; }

    public int Wire { get; private set; }

    /// <summary>To the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty) return false;
        var tag = ReadVarint();
        var field = tag >> 3;
        if (field is 0 or > 0x1fff_ffff) throw new CorruptOtlpException($"There is no field {field}.");
        (Field, Wire) = ((int)field, (int)(tag & 7));
        return true;
    }

    public ulong ReadVarint()
    {
        var value = 0ul;
        for (var i = 0; i < 10; i++)
        {
            if (i >= _rest.Length) throw new CorruptOtlpException("A number is cut off.");
            var part = _rest[i];
            value |= (ulong)(part & 0x7f) << (7 * i);
            if (part >= 0x80) continue;
            _rest = _rest[(i + 1)..];
            return value;
        }
        throw new CorruptOtlpException("A number has more than ten bytes.");
    }

    public long ReadZigZag()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ulong ReadFixed64()
    {
        if (_rest.Length < 8) throw new CorruptOtlpException("A number of eight bytes is cut off.");
        var value = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
        _rest = _rest[8..];
        return value;
    }

    public uint ReadFixed32()
    {
        if (_rest.Length < 4) throw new CorruptOtlpException("A number of four bytes is cut off.");
        var value = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        _rest = _rest[4..];
        return value;
    }

    public double ReadDouble() => BitConverter.UInt64BitsToDouble(ReadFixed64());

    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        if (length > (ulong)_rest.Length)
            throw new CorruptOtlpException($"Field {Field} says {length} bytes, and {_rest.Length} are left.");
        var bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return bytes;
    }

    /// <summary>Over the value of a field that is not known or not wanted.</summary>
    public void Skip()
    {
        switch (Wire)
        {
            case Varint: ReadVarint(); break;
            case Fixed64: ReadFixed64(); break;
            case Length: ReadBytes(); break;
            case Fixed32: ReadFixed32(); break;
            default: throw new CorruptOtlpException($"Field {Field} has the wire type {Wire}, which is not in use.");
        }
    }
}
