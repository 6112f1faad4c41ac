namespace Headway.Core.Conditions.Values;

/// <summary>Names that stand for types, and the one constant of an enumeration that is known.</summary>
internal static class TypeNames
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint", "optional_type",
        "net.IP", "net.CIDR", "google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.Empty",
        "google.protobuf.BoolValue", "google.protobuf.BytesValue", "google.protobuf.DoubleValue",
        "google.protobuf.FloatValue", "google.protobuf.Int32Value", "google.protobuf.Int64Value",
        "google.protobuf.StringValue", "google.protobuf.UInt32Value", "google.protobuf.UInt64Value",
        "google.protobuf.Any", "google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue",
    };

    public static ConditionValue? Find(string name) =>
        Known.Contains(name) ? new ConditionValue.Type(name)
        : name == "google.protobuf.NullValue.NULL_VALUE" ? ConditionValue.Null.Value : null;
}
