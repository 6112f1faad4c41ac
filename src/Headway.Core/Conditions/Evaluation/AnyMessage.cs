using System.Buffers.Binary;
using System.Text;
using Headway.Core.Conditions.Values;

namespace Headway.Core.Conditions.Evaluation;

/// <summary>google.protobuf.Any around a wrapper, a duration or a timestamp: it is what is in it.</summary>
internal static class AnyMessage
{
    public static ConditionValue Unpacked(ConditionValue? type, ConditionValue? value)
    {
        if (type is not (null or ConditionValue.Text) || value is not (null or ConditionValue.Bytes))
            return new ConditionValue.Failed("no such overload: type_url is a string, value is bytes");
        var url = (type as ConditionValue.Text)?.Characters ?? "";
        var name = url[(url.LastIndexOf('/') + 1)..];
        if (url.Length == 0 || !Messages.Knows(name))
            return new ConditionValue.Failed($"conversion error: unknown type '{Notation.Short(url)}'");
        var fields = new Dictionary<string, ConditionValue>(StringComparer.Ordinal);
        var octets = value is ConditionValue.Bytes bytes ? bytes.Octets.AsSpan() : default;
        return Read(name["google.protobuf.".Length..], octets, fields)
            ? Messages.Make(name, fields)
            : new ConditionValue.Failed($"conversion error: the bytes are not a {name} that can be read here");
    }

    private static bool Read(string name, ReadOnlySpan<byte> octets, Dictionary<string, ConditionValue> fields)
    {
        while (octets.Length > 0)
        {
            if (!Varint(ref octets, out var tag)) return false;
            var field = name is "Duration" or "Timestamp" ? (tag >> 3) switch { 1 => "seconds", 2 => "nanos", _ => "" }
                : tag >> 3 == 1 ? "value" : "";
            if (field.Length == 0 || Value(name, (int)(tag & 7), ref octets) is not { } value) return false;
            fields[field] = value;
        }
        return true;
    }

    private static ConditionValue? Value(string name, int wire, ref ReadOnlySpan<byte> octets)
    {
        if (wire == 0 && Varint(ref octets, out var number)) return name switch
        {
            "BoolValue" => ConditionValue.Bool.Of(number != 0),
            "UInt64Value" or "UInt32Value" => new ConditionValue.UInt(number),
            "Int64Value" or "Int32Value" or "Duration" or "Timestamp" => new ConditionValue.Int((long)number),
            _ => null,
        };
        if (wire == 1 && name == "DoubleValue" && octets.Length >= 8)
        {
            var value = BinaryPrimitives.ReadDoubleLittleEndian(octets);
            octets = octets[8..];
            return new ConditionValue.Double(value);
        }
        if (wire == 5 && name == "FloatValue" && octets.Length >= 4)
        {
            var value = BinaryPrimitives.ReadSingleLittleEndian(octets);
            octets = octets[4..];
            return new ConditionValue.Double(value);
        }
        return wire == 2 ? Sized(name, ref octets) : null;
    }

    private static ConditionValue? Sized(string name, ref ReadOnlySpan<byte> octets)
    {
        if (!Varint(ref octets, out var length) || length > (ulong)octets.Length) return null;
        var content = octets[..(int)length];
        octets = octets[(int)length..];
        if (name == "BytesValue") return new ConditionValue.Bytes([.. content]);
        return name == "StringValue" && Utf8.TryDecode(content, out var text) ? new ConditionValue.Text(text) : null;
    }

    private static bool Varint(ref ReadOnlySpan<byte> octets, out ulong value)
    {
        value = 0;
        for (var i = 0; i < octets.Length && i < 10; i++)
        {
            value |= (ulong)(octets[i] & 0x7F) << (7 * i);
            if (octets[i] >= 0x80) continue;
            octets = octets[(i + 1)..];
            return true;
        }
        return false;
    }
}
