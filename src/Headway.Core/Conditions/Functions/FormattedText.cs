using System.Globalization;
using System.Text;
using Headway.Core.Conditions.Evaluation;
using Headway.Core.Conditions.Values;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>Values as %s writes them, which is for people: no quotation marks, maps sorted by their keys.</summary>
internal static class FormattedText
{
    /// <summary>Null, or the type that cannot be written.</summary>
    public static string? Of(ConditionValue value, StringBuilder made, Budget budget)
    {
        if (value is List(var items))
        {
            made.Append('[');
            for (var i = 0; i < items.Length; i++)
            {
                if (i > 0) made.Append(", ");
                if (Of(items[i], made, budget) is { } culprit) return culprit;
            }
            made.Append(']');
            return null;
        }
        if (value is Map(var entries)) return OfMap(entries, made, budget);
        if (Simple(value) is not { } text) return value.TypeName;
        budget.Make(8 + 2L * text.Length);
        made.Append(text);
        return null;
    }

    private static string? OfMap(MapEntries entries, StringBuilder made, Budget budget)
    {
        made.Append('{');
        var sorted = Enumerable.Range(0, entries.Count)
            .Select(i => (Key: Simple(entries.Keys[i])!, Value: entries.Values[i]))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal);
        var isFirst = true;
        foreach (var (key, value) in sorted)
        {
            budget.Make(8 + 2L * key.Length);
            made.Append(isFirst ? "" : ", ").Append(key).Append(": ");
            isFirst = false;
            if (Of(value, made, budget) is { } culprit) return culprit;
        }
        made.Append('}');
        return null;
    }

    private static string? Simple(ConditionValue value) => value switch
    {
        Text(var text) => text,
        Bool(var flag) => flag ? "true" : "false",
        Int(var number) => number.ToString(CultureInfo.InvariantCulture),
        UInt(var number) => number.ToString(CultureInfo.InvariantCulture),
        ConditionValue.Double(var number) => NumberText.Of(number),
        Null => "null",
        Bytes(var octets) => Encoding.UTF8.GetString(octets.AsSpan()),
        ConditionValue.Type(var name) => name,
        Timestamp moment => Timestamps.Text(moment),
        Duration(var length) => Durations.Text(length),
        _ => null,
    };
}
