using System.Text.Unicode;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>
/// Walks a whole request before anything of it is kept, so that a corrupt one leaves nothing behind and what reads it
/// afterwards never meets the unexpected.
/// </summary>
public static class OtlpCheck
{
    /// <summary>Values may hold values; deeper than this nobody means it.</summary>
    private const int MostLevels = 24;

    /// <exception cref="CorruptOtlpException">It is no request of that kind.</exception>
    public static void Check(TelemetryKind kind, ReadOnlySpan<byte> request) =>
        Check(OtlpMessages.Of(kind), request, 0);

    private static void Check(OtlpMessage message, ReadOnlySpan<byte> bytes, int level)
    {
        if (level > MostLevels) throw new CorruptOtlpException($"{message.Name} is nested too deeply.");
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            var field = message.Find(reader.Field);
            if (field is null)
            {
                reader.Skip();
                continue;
            }
            var isPacked = field.Repeated && reader.Wire == ProtoReader.Length && field.Wire != ProtoReader.Length;
            if (reader.Wire != field.Wire && !isPacked)
                throw new CorruptOtlpException(
                    $"{message.Name}.{field.Name} has the wire type {reader.Wire}, expected {field.Wire}.");
            if (reader.Wire != ProtoReader.Length) reader.Skip();
            else CheckValue(message, field, reader.ReadBytes(), level);
        }
    }

    private static void CheckValue(OtlpMessage message, OtlpField field, ReadOnlySpan<byte> value, int level)
    {
        switch (field.Kind)
        {
            case FieldKind.Message:
                Check(field.Of!(), value, level + 1);
                break;
            case FieldKind.Text:
                if (!Utf8.IsValid(value))
                    throw new CorruptOtlpException($"{message.Name}.{field.Name} is not UTF-8.");
                break;
            case FieldKind.Bytes or FieldKind.HexBytes:
                break;
            default:
                var packed = new PackedNumbers(value, field.Wire);
                while (packed.Next()) { }
                break;
        }
    }
}
