using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>Writes the parts of protobuf messages.</summary>
public static class ProtoWriting
{
    public static void Tag(IBufferWriter<byte> into, int field, int wire) => Varint(into,
        (ulong)field << 3 | (uint)wire);

    public static void Varint(IBufferWriter<byte> into, ulong value)
    {
        var room = into.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7) room[length++] = (byte)(value | 0x80);
        room[length++] = (byte)value;
        into.Advance(length);
    }

    public static void Fixed64(IBufferWriter<byte> into, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into.GetSpan(8), value);
        into.Advance(8);
    }

    public static void Fixed32(IBufferWriter<byte> into, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(into.GetSpan(4), value);
        into.Advance(4);
    }

    public static void Bytes(IBufferWriter<byte> into, ReadOnlySpan<byte> bytes)
    {
        Varint(into, (ulong)bytes.Length);
        into.Write(bytes);
    }

    public static void Text(IBufferWriter<byte> into, string text)
    {
        Varint(into, (ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, into);
    }

    /// <summary>A field of text, unless it is empty.</summary>
    public static void Text(IBufferWriter<byte> into, int field, string text)
    {
        if (text.Length == 0) return;
        Tag(into, field, ProtoReader.Length);
        Text(into, text);
    }

    /// <summary>A field of a number, unless it is 0.</summary>
    public static void Number(IBufferWriter<byte> into, int field, ulong value)
    {
        if (value == 0) return;
        Tag(into, field, ProtoReader.Varint);
        Varint(into, value);
    }

    /// <summary>A message as a field.</summary>
    public static void Message(IBufferWriter<byte> into, int field, Action<IBufferWriter<byte>> write)
    {
        var child = new ArrayBufferWriter<byte>();
        write(child);
        Tag(into, field, ProtoReader.Length);
        Bytes(into, child.WrittenSpan);
    }
}
