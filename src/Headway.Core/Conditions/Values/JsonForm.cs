using System.Collections.Immutable;

namespace Headway.Core.Conditions.Values;

/// <summary>What a list or map becomes inside ListValue, Struct and Value: values of JSON only.</summary>
internal static class JsonForm
{
    private const long Exact = (1L << 53) - 1;

    public static ConditionValue Of(ConditionValue value)
    {
        switch (value)
        {
            case ConditionValue.Int(var number):
                return Math.Abs((decimal)number) <= Exact ? new ConditionValue.Double(number)
                    : new ConditionValue.Text($"{number}");
            case ConditionValue.UInt(var number):
                return number <= Exact ? new ConditionValue.Double(number) : new ConditionValue.Text($"{number}");
            case ConditionValue.Bytes(var octets):
                return new ConditionValue.Text(Convert.ToBase64String(octets.AsSpan()));
            case ConditionValue.Timestamp moment:
                return new ConditionValue.Text(Timestamps.Text(moment));
            case ConditionValue.Duration(var length):
                return new ConditionValue.Text(Durations.Text(length));
            case ConditionValue.Null or ConditionValue.Bool or ConditionValue.Double or ConditionValue.Text
                or ConditionValue.Failed:
                return value;
            case ConditionValue.List(var items):
                return OfList(items);
            case ConditionValue.Map(var entries):
                return OfMap(entries);
            default:
                return new ConditionValue.Failed($"no such overload: {value.TypeName} is no value of JSON");
        }
    }

    private static ConditionValue OfList(ImmutableArray<ConditionValue> items)
    {
        var made = ImmutableArray.CreateBuilder<ConditionValue>(items.Length);
        foreach (var item in items)
        {
            var form = Of(item);
            if (form is ConditionValue.Failed) return form;
            made.Add(form);
        }
        return new ConditionValue.List(made.MoveToImmutable());
    }

    private static ConditionValue OfMap(MapEntries entries)
    {
        var made = new MapEntries.Builder();
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries.Keys[i] is not ConditionValue.Text key)
                return new ConditionValue.Failed($"bad key type: {entries.Keys[i].TypeName}; keys of JSON are strings");
            var form = Of(entries.Values[i]);
            if (form is ConditionValue.Failed) return form;
            made.TryAdd(key, form);
        }
        return new ConditionValue.Map(made.Build());
    }
}
