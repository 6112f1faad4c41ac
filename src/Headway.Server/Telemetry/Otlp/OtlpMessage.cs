using System.Text;

namespace Headway.Server.Telemetry.Otlp;

internal enum FieldKind { Text, Bytes, HexBytes, Bool, Int64, UInt32, ZigZag, Enum, Double, Fixed64, SFixed64,
    Fixed32, Message }

/// <summary>A field of a message: its number in protobuf and its name in JSON.</summary>
internal sealed record OtlpField(int Number, string Name, FieldKind Kind, bool Repeated, Func<OtlpMessage>? Of)
{
    public byte[] JsonName { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>How one value is written; repeated numbers may also be packed into one value with a length.</summary>
    public int Wire => Kind switch
    {
        FieldKind.Text or FieldKind.Bytes or FieldKind.HexBytes or FieldKind.Message => ProtoReader.Length,
        FieldKind.Double or FieldKind.Fixed64 or FieldKind.SFixed64 => ProtoReader.Fixed64,
        FieldKind.Fixed32 => ProtoReader.Fixed32,
        _ => ProtoReader.Varint,
    };
}

/// <summary>
/// What a message may hold. OTLP has few messages, so they are written down in <see cref="OtlpMessages"/>.
/// </summary>
internal sealed class OtlpMessage
{
    private readonly OtlpField?[] _byNumber;
    private readonly OtlpField[] _fields;

    public OtlpMessage(string name, params OtlpField[] fields)
    {
        (Name, _fields) = (name, fields);
        _byNumber = new OtlpField?[fields.Max(field => field.Number) + 1];
        foreach (var field in fields) _byNumber[field.Number] = field;
    }

    public string Name { get; }

    public OtlpField? Find(int number) => number < _byNumber.Length ? _byNumber[number] : null;

    public OtlpField? Find(ref System.Text.Json.Utf8JsonReader name)
    {
        foreach (var field in _fields)
            if (name.ValueTextEquals(field.JsonName)) return field;
        return null;
    }
}
