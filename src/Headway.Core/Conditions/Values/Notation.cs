using System.Globalization;
using System.Text;

namespace Headway.Core.Conditions.Values;

/// <summary>Values as the language writes them.</summary>
internal static class Notation
{
    private const int MostShown = 80;

    public static string Of(ConditionValue value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    /// <summary>For messages.</summary>
    public static string Short(string text) => text.Length <= MostShown ? text
        : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MostShown - 1]) ? MostShown - 1 : MostShown), "...");

    /// <summary>A key of a map, or the type of what cannot be one.</summary>
    public static string Short(ConditionValue key) => key switch
    {
        ConditionValue.Text(var text) => $"'{Short(text)}'",
        ConditionValue.Int or ConditionValue.UInt or ConditionValue.Double or ConditionValue.Bool => Of(key),
        _ => $"of type {key.TypeName}",
    };

    private static void Write(ConditionValue value, StringBuilder text)
    {
        switch (value)
        {
            case ConditionValue.List(var items):
                Items(text, "[", items.Length, "]", i => Write(items[i], text));
                break;
            case ConditionValue.Map(var entries):
                Items(text, "{", entries.Count, "}", i =>
                {
                    Write(entries.Keys[i], text);
                    text.Append(": ");
                    Write(entries.Values[i], text);
                });
                break;
            case ConditionValue.Optional(var held):
                text.Append(held is null ? "optional.none(" : "optional.of(");
                if (held is not null) Write(held, text);
                text.Append(')');
                break;
            default:
                text.Append(Simple(value));
                break;
        }
    }

    private static string Simple(ConditionValue value) => value switch
    {
        ConditionValue.Null => "null",
        ConditionValue.Bool(var flag) => flag ? "true" : "false",
        ConditionValue.Int(var number) => number.ToString(CultureInfo.InvariantCulture),
        ConditionValue.UInt(var number) => $"{number}u",
        ConditionValue.Double(var number) => OfDouble(number),
        ConditionValue.Text(var characters) => Quotation.Of(characters),
        ConditionValue.Bytes(var octets) => OfBytes(octets.AsSpan()),
        ConditionValue.Type(var name) => name,
        ConditionValue.Timestamp moment => $"timestamp(\"{Timestamps.Text(moment)}\")",
        ConditionValue.Duration(var length) => $"duration(\"{Durations.Text(length)}\")",
        ConditionValue.Address address => $"ip(\"{Networks.Text(address)}\")",
        ConditionValue.Network network => $"cidr(\"{Networks.Text(network)}\")",
        ConditionValue.EmptyMessage => "google.protobuf.Empty{}",
        ConditionValue.Failed failed => failed.Says,
        _ => value.TypeName,
    };

    private static string OfDouble(double number)
    {
        if (!double.IsFinite(number)) return $"double(\"{NumberText.Of(number)}\")";
        var text = NumberText.Of(number);
        return text.AsSpan().ContainsAny('.', 'e') ? text : text + ".0";
    }

    private static string OfBytes(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder("b\"");
        foreach (var octet in octets)
            text.Append(octet is >= 0x20 and < 0x7F and not (byte)'"' and not (byte)'\\'
                ? ((char)octet).ToString() : $"\\x{octet:x2}");
        return text.Append('"').ToString();
    }

    private static void Items(StringBuilder text, string open, int count, string close, Action<int> item)
    {
        text.Append(open);
        for (var i = 0; i < count; i++)
        {
            if (i > 0) text.Append(", ");
            item(i);
        }
        text.Append(close);
    }
}
