using System.Globalization;
using Headway.Core.Conditions;
using Headway.Core.Conditions.Values;

namespace Headway.Core.Tests.Conditions.Conformance;

/// <summary>Values of the suite (cel.expr.Value) as values of ours.</summary>
internal static class ProtoValue
{
    public static ConditionValue Of(Proto value)
    {
        var (name, message, scalar) = value.Fields.Single();
        return name switch
        {
            "null_value" => ConditionValue.Null.Value,
            "bool_value" => ConditionValue.Bool.Of(scalar!.Word == "true"),
            "int64_value" => new ConditionValue.Int(long.Parse(scalar!.Word)),
            "uint64_value" => new ConditionValue.UInt(ulong.Parse(scalar!.Word)),
            "double_value" => new ConditionValue.Double(Double(scalar!.Word)),
            "string_value" => new ConditionValue.Text(scalar!.Text),
            "bytes_value" => new ConditionValue.Bytes([.. scalar!.Octets!]),
            "type_value" => new ConditionValue.Type(scalar!.Text),
            "list_value" => new ConditionValue.List([.. message!.Messages("values").Select(Of)]),
            "map_value" => OfMap(message!.Messages("entries")
                .Select(entry => (Of(entry.Message("key")!), Of(entry.Message("value")!)))),
            "object_value" => OfMessage(message!.Fields.Single().Name, message.Fields.Single().Message!),
            _ => throw new FormatException($"{name} is not known."),
        };
    }

    private static ConditionValue OfMessage(string type, Proto message) => type.Split('/')[^1] switch
    {
        "google.protobuf.Duration" =>
            new ConditionValue.Duration(message.Number("seconds") * 1_000_000_000 + message.Number("nanos")),
        "google.protobuf.Timestamp" =>
            new ConditionValue.Timestamp(message.Number("seconds"), (int)message.Number("nanos")),
        "google.protobuf.Value" => OfJson(message),
        "google.protobuf.Struct" => OfStruct(message),
        "google.protobuf.ListValue" => new ConditionValue.List([.. message.Messages("values").Select(OfJson)]),
        "google.protobuf.Int32Value" or "google.protobuf.Int64Value" => new ConditionValue.Int(message.Number("value")),
        "google.protobuf.UInt32Value" or "google.protobuf.UInt64Value" =>
            new ConditionValue.UInt(ulong.Parse(message.Value("value")?.Word ?? "0")),
        "google.protobuf.FloatValue" or "google.protobuf.DoubleValue" =>
            new ConditionValue.Double(Double(message.Value("value")?.Word ?? "0")),
        "google.protobuf.BoolValue" => ConditionValue.Bool.Of(message.Is("value")),
        "google.protobuf.StringValue" => new ConditionValue.Text(message.Text("value")),
        "google.protobuf.BytesValue" => new ConditionValue.Bytes([.. message.Value("value")?.Octets ?? []]),
        _ => throw new FormatException($"{type} is not known."),
    };

    private static ConditionValue OfJson(Proto value)
    {
        if (value.Fields.Count == 0) return ConditionValue.Null.Value;
        var (name, message, scalar) = value.Fields.Single();
        return name switch
        {
            "number_value" => new ConditionValue.Double(Double(scalar!.Word)),
            "string_value" => new ConditionValue.Text(scalar!.Text),
            "bool_value" => ConditionValue.Bool.Of(scalar!.Word == "true"),
            "struct_value" => OfStruct(message!),
            "list_value" => new ConditionValue.List([.. message!.Messages("values").Select(OfJson)]),
            _ => ConditionValue.Null.Value,
        };
    }

    private static ConditionValue.Map OfStruct(Proto value) => OfMap(
        from field in value.Messages("fields")
        select ((ConditionValue)new ConditionValue.Text(field.Text("key")), OfJson(field.Message("value")!)));

    private static ConditionValue.Map OfMap(IEnumerable<(ConditionValue Key, ConditionValue Value)> entries)
    {
        var map = new MapEntries.Builder();
        foreach (var (key, value) in entries)
            if (!map.TryAdd(key, value)) throw new FormatException($"The key {key} cannot be added.");
        return new(map.Build());
    }

    private static double Double(string word) => word switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        _ => double.Parse(word, CultureInfo.InvariantCulture),
    };
}
