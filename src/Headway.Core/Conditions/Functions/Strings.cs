using System.Collections.Immutable;
using Headway.Core.Conditions.Evaluation;
using Headway.Core.Conditions.Values;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>Functions of strings that do not count places.</summary>
internal static class Strings
{
    public static readonly Function[] All =
    [
        Function.Member("contains", (a, budget) =>
        {
            if (a is not [Text(var text), Text(var part)]) return null;
            budget.Search(text.Length, part.Length);
            return Bool.Of(text.Contains(part, StringComparison.Ordinal));
        }),
        Search("startsWith", (text, part) => text.StartsWith(part, StringComparison.Ordinal)),
        Search("endsWith", (text, part) => text.EndsWith(part, StringComparison.Ordinal)),
        Function.Member("matches", Matches),
        Function.Global("matches", Matches),
        Change("lowerAscii", text => Each(text, c => c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c)),
        Change("upperAscii", text => Each(text, c => c is >= 'a' and <= 'z' ? (char)(c & ~0x20) : c)),
        Change("trim", text => text.Trim()),
        Change("reverse", text =>
        {
            var points = Points.Of(text);
            Array.Reverse(points);
            return Points.Text(points);
        }),
        Function.Global("strings.quote", (a, budget) =>
            a is [Text(var text)] ? Made(Quotation.Of(text), budget) : null),
        Function.Member("join", Join),
        Function.Member("replace", (a, budget) => a switch
        {
            [Text(var text), Text(var old), Text(var with)] => Replacing.Of(text, old, with, -1, budget),
            [Text(var text), Text(var old), Text(var with), Int(var limit)] =>
                Replacing.Of(text, old, with, limit, budget),
            _ => null,
        }),
        Function.Member("split", (a, budget) => a switch
        {
            [Text(var text), Text(var separator)] => Split(text, separator, -1, budget),
            [Text(var text), Text(var separator), Int(var limit)] => Split(text, separator, limit, budget),
            _ => null,
        }),
        Function.Member("format", (a, budget) => a is [Text(var text), List(var arguments)]
            ? Formatting.Of(text, arguments, budget) : null),
    ];

    private static string Each(string text, Func<char, char> change) => string.Concat(text.Select(change));

    private static Function Search(string name, Func<string, string, bool> found) =>
        Function.Member(name, a => a is [Text(var text), Text(var part)] ? Bool.Of(found(text, part)) : null);

    private static Function Change(string name, Func<string, string> change) => Function.Member(name, (a, budget) =>
    {
        if (a is not [Text(var text)]) return null;
        budget.Make(2L * text.Length);
        return new Text(change(text));
    });

    private static ConditionValue? Matches(ConditionValue[] a, Budget budget)
    {
        if (a is not [Text(var text), Text(var pattern)]) return null;
        budget.Step(Patterns.CostOfReading);
        var (regex, wrong) = Patterns.Compiled(pattern);
        return regex is null ? new Failed(wrong!) : Patterns.Match(regex, text, budget);
    }

    private static ConditionValue? Join(ConditionValue[] a, Budget budget)
    {
        var separator = a switch { [List] => "", [List, Text(var text)] => text, _ => null };
        if (separator is null || a[0] is not List(var items)) return null;
        budget.Step(items.Length);
        if (!items.All(item => item is Text)) return null;
        budget.Make(items.Sum(item => 2L * (((Text)item).Characters.Length + separator.Length)));
        return new Text(string.Join(separator, items.Select(item => ((Text)item).Characters)));
    }

    private static List Split(string text, string separator, long limit, Budget budget)
    {
        budget.Make(2L * text.Length);
        budget.Search(text.Length, separator.Length);
        if (limit == 0) return List.Empty;
        var most = limit < 0 ? int.MaxValue : (int)Math.Min(limit, int.MaxValue);
        IEnumerable<string> parts;
        if (separator.Length > 0) parts = text.Split(separator, most);
        else
        {
            var points = Points.Of(text);
            var single = Math.Min(points.Length, most - 1);
            parts = points.Take(single).Select(point => point.ToString());
            if (single < points.Length) parts = parts.Append(Points.Text(points.AsSpan(single)));
        }
        var items = parts.Select(part => (ConditionValue)new Text(part)).ToImmutableArray();
        budget.Make(32L * items.Length);
        return new List(items);
    }

    private static Text Made(string text, Budget budget)
    {
        budget.Make(2L * text.Length);
        return new Text(text);
    }
}
