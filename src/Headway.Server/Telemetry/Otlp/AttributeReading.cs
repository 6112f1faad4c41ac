using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>
/// Attributes as texts: numbers and booleans as they are written, lists and maps as JSON, bytes as base64.
/// </summary>
internal static class AttributeReading
{
    public static (string Key, string Value) Read(ReadOnlySpan<byte> keyValue)
    {
        Split(keyValue, out var key, out var value);
        return (Encoding.UTF8.GetString(key), TextOf(value));
    }

    public static void Split(
        ReadOnlySpan<byte> keyValue, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = value = default;
        var reader = new ProtoReader(keyValue);
        while (reader.Next())
            if (reader.Field == 1) key = reader.ReadBytes();
            else if (reader.Field == 2) value = reader.ReadBytes();
            else reader.Skip();
    }

    /// <summary>The bytes of a value that is a text, which most are; false for every other.</summary>
    public static bool IsText(ReadOnlySpan<byte> any, out ReadOnlySpan<byte> text)
    {
        text = default;
        var reader = new ProtoReader(any);
        if (!reader.Next() || reader.Field != 1) return false;
        text = reader.ReadBytes();
        return !reader.Next();
    }

    public static string TextOf(ReadOnlySpan<byte> any)
    {
        if (IsText(any, out var plain)) return Encoding.UTF8.GetString(plain);
        var text = "";
        var reader = new ProtoReader(any);
        while (reader.Next())
            switch (reader.Field)
            {
                case 1: text = Encoding.UTF8.GetString(reader.ReadBytes()); break;
                case 2: text = reader.ReadVarint() != 0 ? "true" : "false"; break;
                case 3: text = ((long)reader.ReadVarint()).ToString(CultureInfo.InvariantCulture); break;
                case 4: text = reader.ReadDouble().ToString("R", CultureInfo.InvariantCulture); break;
                case 5 or 6: text = JsonOf(any); reader.Skip(); break;
                case 7: text = Convert.ToBase64String(reader.ReadBytes()); break;
                default: reader.Skip(); break;
            }
        return text;
    }

    private static string JsonOf(ReadOnlySpan<byte> any)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = Core.Wire.Json.Encoder, SkipValidation = true }))
            WriteAny(json, any);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteAny(Utf8JsonWriter json, ReadOnlySpan<byte> any)
    {
        var reader = new ProtoReader(any);
        if (!reader.Next())
        {
            json.WriteNullValue();
            return;
        }
        switch (reader.Field)
        {
            case 1: json.WriteStringValue(reader.ReadBytes()); break;
            case 2: json.WriteBooleanValue(reader.ReadVarint() != 0); break;
            case 3: json.WriteNumberValue((long)reader.ReadVarint()); break;
            case 4 when reader.ReadDouble() is var number
                && double.IsFinite(number): json.WriteNumberValue(number); break;
            case 5:
                json.WriteStartArray();
                WriteItems(json, reader.ReadBytes(), isMap: false);
                json.WriteEndArray();
                break;
            case 6:
                json.WriteStartObject();
                WriteItems(json, reader.ReadBytes(), isMap: true);
                json.WriteEndObject();
                break;
            case 7: json.WriteBase64StringValue(reader.ReadBytes()); break;
            default: json.WriteNullValue(); break;
        }
    }

    private static void WriteItems(Utf8JsonWriter json, ReadOnlySpan<byte> list, bool isMap)
    {
        var reader = new ProtoReader(list);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            var item = reader.ReadBytes();
            if (isMap)
            {
                Split(item, out var key, out item);
                json.WritePropertyName(key);
            }
            WriteAny(json, item);
        }
    }
}
