using Headway.Core.Conditions.Values;

namespace Headway.Core.Conditions.Evaluation;

/// <summary>Fields and items of values. Those of an optional are optional themselves.</summary>
internal static class Access
{
    public static ConditionValue Field(ConditionValue operand, string field) => operand switch
    {
        ConditionValue.Map(var entries) => entries.Find(new ConditionValue.Text(field))
            ?? NoKey(new ConditionValue.Text(field), entries),
        ConditionValue.Optional => OptionalField(operand, field),
        _ => NoFields(operand),
    };

    public static ConditionValue OptionalField(ConditionValue operand, string field) => operand switch
    {
        ConditionValue.Map(var entries) => new ConditionValue.Optional(entries.Find(new ConditionValue.Text(field))),
        ConditionValue.Optional(null) none => none,
        ConditionValue.Optional(var held) => OptionalField(held, field),
        _ => NoFields(operand),
    };

    public static ConditionValue Has(ConditionValue operand, string field) => operand switch
    {
        ConditionValue.Map(var entries) =>
            ConditionValue.Bool.Of(entries.Find(new ConditionValue.Text(field)) is not null),
        ConditionValue.Optional(null) => ConditionValue.Bool.False,
        ConditionValue.Optional(var held) => Has(held, field),
        _ => NoFields(operand),
    };

    public static ConditionValue Item(ConditionValue operand, ConditionValue key) => operand switch
    {
        ConditionValue.Map(var entries) => entries.Find(key)
            ?? NoKey(key, entries),
        ConditionValue.List(var items) => Place(key, out var place) is { } wrong ? wrong
            : place >= 0 && place < items.Length ? items[(int)place]
            : new ConditionValue.Failed(
                $"invalid_argument: index {place} is out of range, the list has {items.Length} items"),
        ConditionValue.Optional => OptionalItem(operand, key),
        _ => new ConditionValue.Failed($"no such overload: {operand.TypeName} has no items"),
    };

    public static ConditionValue OptionalItem(ConditionValue operand, ConditionValue key) => operand switch
    {
        ConditionValue.Map(var entries) => new ConditionValue.Optional(entries.Find(key)),
        ConditionValue.List(var items) => Place(key, out var place) is { } wrong ? wrong
            : place >= 0 && place < items.Length ? new ConditionValue.Optional(items[(int)place])
            : ConditionValue.Optional.None,
        ConditionValue.Optional(null) none => none,
        ConditionValue.Optional(var held) => OptionalItem(held, key),
        _ => new ConditionValue.Failed($"no such overload: {operand.TypeName} has no items"),
    };

    /// <summary>A whole number of any type is a place in a list.</summary>
    private static ConditionValue.Failed? Place(ConditionValue key, out long place)
    {
        place = -1;
        switch (key)
        {
            case ConditionValue.Int(var number):
                place = number;
                return null;
            case ConditionValue.UInt(var number):
                place = (long)Math.Min(number, long.MaxValue);
                return null;
            case ConditionValue.Double(var number) when double.IsInteger(number) && Math.Abs(number) < 1L << 53:
                place = (long)number;
                return null;
            case ConditionValue.Double:
                return new($"invalid_argument: index {key.ToNotation()} is not a whole number");
            default:
                return new($"no such overload: an index into a list must be a number, not {key.TypeName}");
        }
    }

    private static ConditionValue.Failed NoKey(ConditionValue key, MapEntries entries) =>
        new($"no such key: {Notation.Short(key)}")
        {
            Word = key is not ConditionValue.Text(var text) ? null
                : (text, () => entries.Keys.OfType<ConditionValue.Text>().Select(known => known.Characters)),
        };

    private static ConditionValue.Failed NoFields(ConditionValue operand) =>
        new($"no such overload: type '{operand.TypeName}' does not support field selection");
}
