using System.Collections.Immutable;
using Headway.Core.Conditions.Values;

namespace Headway.Core.Conditions.Evaluation;

/// <summary>
/// The messages of google.protobuf that are values of the language: wrappers are what they wrap, Struct is a map,
/// ListValue a list, Value any value of JSON.
/// </summary>
internal static class Messages
{
    private const string Space = "google.protobuf.";

    private delegate ConditionValue Maker(ConditionValue? field);

    private static readonly Dictionary<string, (string Field, Maker Make)> OneField = new(StringComparer.Ordinal)
    {
        ["BoolValue"] = ("value", field => Typed<ConditionValue.Bool>(field, ConditionValue.Bool.False)),
        ["BytesValue"] = ("value", field => Typed(field, new ConditionValue.Bytes([]))),
        ["StringValue"] = ("value", field => Typed(field, new ConditionValue.Text(""))),
        ["DoubleValue"] = ("value", field => Typed(field, new ConditionValue.Double(0))),
        ["Int64Value"] = ("value", field => Typed(field, new ConditionValue.Int(0))),
        ["UInt64Value"] = ("value", field => Typed(field, new ConditionValue.UInt(0))),
        ["Int32Value"] = ("value", Int32),
        ["UInt32Value"] = ("value", UInt32),
        ["FloatValue"] = ("value", Float),
        ["ListValue"] = ("values", field => JsonForm.Of(Typed(field, ConditionValue.List.Empty))),
        ["Struct"] = ("fields", field => JsonForm.Of(Typed(field, new ConditionValue.Map(MapEntries.None)))),
    };

    public static bool Knows(string type) => type.StartsWith(Space, StringComparison.Ordinal)
        && (OneField.ContainsKey(type[Space.Length..])
            || type[Space.Length..] is "Value" or "Duration" or "Timestamp" or "Any" or "Empty");

    public static ConditionValue Make(string type, Dictionary<string, ConditionValue> fields)
    {
        var name = type[Space.Length..];
        var allowed = name switch
        {
            "Value" => ["null_value", "number_value", "string_value", "bool_value", "struct_value", "list_value"],
            "Duration" or "Timestamp" => ["seconds", "nanos"],
            "Any" => ["type_url", "value"],
            "Empty" => [],
            _ => ImmutableArray.Create(OneField[name].Field),
        };
        if (fields.Keys.FirstOrDefault(field => !allowed.Contains(field)) is { } unknown)
            return new ConditionValue.Failed($"no_such_field: {type} has no field '{unknown}'");
        return name switch
        {
            "Value" => fields.Count == 0 ? ConditionValue.Null.Value : OneOf(fields.Last()),
            "Duration" or "Timestamp" => Time(name, fields),
            "Any" => AnyMessage.Unpacked(fields.GetValueOrDefault("type_url"), fields.GetValueOrDefault("value")),
            "Empty" => ConditionValue.EmptyMessage.Value,
            _ => OneField[name].Make(fields.GetValueOrDefault(OneField[name].Field)),
        };
    }

    private static ConditionValue OneOf(KeyValuePair<string, ConditionValue> field) => field.Key switch
    {
        "number_value" => Typed(field.Value, new ConditionValue.Double(0)),
        "string_value" => Typed(field.Value, new ConditionValue.Text("")),
        "bool_value" => Typed(field.Value, ConditionValue.Bool.False),
        "struct_value" => JsonForm.Of(Typed(field.Value, new ConditionValue.Map(MapEntries.None))),
        "list_value" => JsonForm.Of(Typed(field.Value, ConditionValue.List.Empty)),
        _ => field.Value is ConditionValue.Null or ConditionValue.Int ? ConditionValue.Null.Value : Wrong(field.Value),
    };

    private static ConditionValue Time(string name, Dictionary<string, ConditionValue> fields)
    {
        var seconds = Typed(fields.GetValueOrDefault("seconds"), new ConditionValue.Int(0));
        var nanos = Int32(fields.GetValueOrDefault("nanos"));
        if (seconds is not ConditionValue.Int(var s)) return seconds;
        if (nanos is not ConditionValue.Int(var n)) return nanos;
        return name == "Duration" ? Durations.Of((Int128)s * Durations.Second + n)
            : Timestamps.Of((Int128)s * Durations.Second + n);
    }

    private static ConditionValue Typed<T>(ConditionValue? field, T unset) where T : ConditionValue => field switch
    {
        null => unset,
        T typed => typed,
        _ => Wrong(field),
    };

    private static ConditionValue Int32(ConditionValue? field) =>
        Typed(field, new ConditionValue.Int(0)) is var value
            && value is ConditionValue.Int { Number: < int.MinValue or > int.MaxValue }
            ? new ConditionValue.Failed("range error: the number is beyond the range of int32") : value;

    private static ConditionValue UInt32(ConditionValue? field) =>
        Typed(field, new ConditionValue.UInt(0)) is var value
            && value is ConditionValue.UInt { Number: > uint.MaxValue }
            ? new ConditionValue.Failed("range error: the number is beyond the range of uint32") : value;

    private static ConditionValue Float(ConditionValue? field) =>
        Typed(field, new ConditionValue.Double(0)) is var value && value is ConditionValue.Double(var number)
            ? new ConditionValue.Double((float)number) : value;

    private static ConditionValue.Failed Wrong(ConditionValue value) =>
        new($"no such overload: the field cannot be {value.TypeName}");
}
