namespace Headway.Core.Conditions.Values;

/// <summary>What a key of a map is looked up by: 1, 1u and 1.0 are the same key, 1 and true are not.</summary>
internal readonly record struct MapKey(char Kind, Int128 Number, string? Characters)
{
    /// <summary>Null when no map can have such a key.</summary>
    public static MapKey? Of(ConditionValue value) => value switch
    {
        ConditionValue.Text(var text) => new MapKey('s', 0, text),
        ConditionValue.Int(var number) => new MapKey('n', number, null),
        ConditionValue.UInt(var number) => new MapKey('n', number, null),
        ConditionValue.Bool(var flag) => new MapKey('b', flag ? 1 : 0, null),
        // Beyond 2^64 no key can be equal; the bound keeps the conversion exact.
        ConditionValue.Double(var number) when double.IsInteger(number) && Math.Abs(number) < 1e20 =>
            new MapKey('n', (Int128)number, null),
        _ => null,
    };

    /// <summary>A double may be looked up, but a key it cannot be.</summary>
    public static bool CanBe(ConditionValue key) =>
        key is ConditionValue.Text or ConditionValue.Int or ConditionValue.UInt or ConditionValue.Bool;
}
