using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>
/// Turns a request in JSON into the same request in protobuf, so that only one form is read and kept. JSON by the
/// mapping of OTLP: names in lowerCamelCase, ids in hexadecimal, 64-bit numbers as numbers or texts, enums as numbers;
/// unknown names are skipped.
/// </summary>
internal static class JsonOtlp
{
    /// <summary>Of texts that stand for numbers and ids; longer ones are refused before they are read.</summary>
    private const int LongestNumber = 1000;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    /// <exception cref="CorruptOtlpException">It is no JSON, or no request of that kind.</exception>
    public static void ToProtobuf(TelemetryKind kind, ReadOnlySpan<byte> json, OtlpBody into)
    {
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            var message = OtlpMessages.Of(kind);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new CorruptOtlpException("The request is no JSON object.");
            WriteObject(ref reader, message, into);
            if (reader.Read()) throw new CorruptOtlpException("Something follows the JSON object.");
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            throw new CorruptOtlpException(wrong.Message);
        }
    }

    private static void WriteObject(ref Utf8JsonReader reader, OtlpMessage message, OtlpBody into)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = message.Find(ref reader);
            reader.Read();
            if (field is null) reader.Skip();
            else if (reader.TokenType == JsonTokenType.Null) continue;
            else if (!field.Repeated) WriteOne(ref reader, message, field, into);
            else if (reader.TokenType != JsonTokenType.StartArray)
                throw new CorruptOtlpException($"{message.Name}.{field.Name} is no array.");
            else while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                WriteOne(ref reader, message, field, into);
        }
    }

    private static void WriteOne(
        ref Utf8JsonReader reader, OtlpMessage message, OtlpField field, OtlpBody into)
    {
        var isContainer = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        if (isContainer != (field.Kind == FieldKind.Message) || reader.TokenType == JsonTokenType.StartArray)
            throw new CorruptOtlpException($"{message.Name}.{field.Name} cannot be {reader.TokenType}.");
        if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > LongestNumber
            && field.Kind is not (FieldKind.Text or FieldKind.Bytes))
            throw new CorruptOtlpException($"{message.Name}.{field.Name} has {reader.ValueSpan.Length} characters.");
        ProtoWriting.Tag(into, field.Number, field.Wire);
        var start = into.Length;
        switch (field.Kind)
        {
            case FieldKind.Message:
                WriteObject(ref reader, field.Of!(), into);
                into.PutLength(start);
                break;
            case FieldKind.Text:
                into.Advance(reader.CopyString(into.GetSpan(reader.ValueSpan.Length)));
                into.PutLength(start);
                break;
            case FieldKind.Bytes:
                var bytes = into.GetSpan(reader.ValueSpan.Length);
                bytes = bytes[..reader.CopyString(bytes)];
                if (Base64.DecodeFromUtf8InPlace(bytes, out var written) != OperationStatus.Done)
                    throw new CorruptOtlpException($"{message.Name}.{field.Name} is no base64.");
                into.Advance(written);
                into.PutLength(start);
                break;
            case FieldKind.HexBytes: ProtoWriting.Bytes(into, Convert.FromHexString(reader.GetString()!)); break;
            case FieldKind.Bool: ProtoWriting.Varint(into, reader.GetBoolean() ? 1ul : 0); break;
            case FieldKind.ZigZag:
                var number = Int64(ref reader);
                ProtoWriting.Varint(into, (ulong)((number << 1) ^ (number >> 63)));
                break;
            case FieldKind.Double: ProtoWriting.Fixed64(into,
                BitConverter.DoubleToUInt64Bits(Double(ref reader))); break;
            case FieldKind.Fixed64: ProtoWriting.Fixed64(into, UInt64(ref reader)); break;
            case FieldKind.SFixed64: ProtoWriting.Fixed64(into, (ulong)Int64(ref reader)); break;
            case FieldKind.Fixed32: ProtoWriting.Fixed32(into, (uint)UInt64(ref reader)); break;
            default: ProtoWriting.Varint(into, (ulong)Int64(ref reader)); break;
        }
    }

    private static double Double(ref Utf8JsonReader reader) => reader.TokenType != JsonTokenType.String
        ? reader.GetDouble()
        : reader.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => double.Parse(text!),
        };

    private static long Int64(ref Utf8JsonReader reader) => reader.TokenType != JsonTokenType.String
        ? reader.GetInt64()
        : Utf8Parser.TryParse(Text(ref reader), out long value, out var used) && used == Text(ref reader).Length
            ? value : throw new CorruptOtlpException($"`{Short(reader.GetString()!)}` is no 64-bit number.");

    private static ulong UInt64(ref Utf8JsonReader reader) => reader.TokenType != JsonTokenType.String
        ? reader.GetUInt64()
        : Utf8Parser.TryParse(Text(ref reader), out ulong value, out var used) && used == Text(ref reader).Length
            ? value : throw new CorruptOtlpException($"`{Short(reader.GetString()!)}` is no number of 0 or more.");

    private static ReadOnlySpan<byte> Text(ref Utf8JsonReader reader) =>
        reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;

    private static string Short(string text) => text.Length > 40 ? text[..40] : text;
}
