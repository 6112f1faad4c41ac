using System.Text;
using Headway.Core.Conditions.Evaluation;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>Functions of strings that count places in them, in code points from 0.</summary>
internal static class StringPlaces
{
    public static readonly Function[] All =
    [
        Function.Member("charAt", (a, budget) =>
            a is [Text(var text), Int(var at)] ? CharAt(Read(text, budget), at) : null),
        Function.Member("substring", (a, budget) => a switch
        {
            [Text(var text), Int(var from)] => Substring(Read(text, budget), from, null),
            [Text(var text), Int(var from), Int(var to)] => Substring(Read(text, budget), from, to),
            _ => null,
        }),
        Function.Member("indexOf", (a, budget) => a switch
        {
            [Text(var text), Text(var part)] => Searched(text, part, budget, (x, y) => IndexOf(x, y, 0)),
            [Text(var text), Text(var part), Int(var from)] =>
                Searched(text, part, budget, (x, y) => IndexOf(x, y, from)),
            _ => null,
        }),
        Function.Member("lastIndexOf", (a, budget) => a switch
        {
            [Text(var text), Text(var part)] => Searched(text, part, budget, (x, y) => LastIndexOf(x, y, null)),
            [Text(var text), Text(var part), Int(var from)] =>
                Searched(text, part, budget, (x, y) => LastIndexOf(x, y, from)),
            _ => null,
        }),
    ];

    private static Rune[] Read(string text, Budget budget)
    {
        budget.Make(4L * text.Length);
        return Points.Of(text);
    }

    private static ConditionValue Searched(
        string text, string part, Budget budget, Func<Rune[], Rune[], ConditionValue> search)
    {
        budget.Search(text.Length, part.Length);
        return search(Read(text, budget), Read(part, budget));
    }

    private static ConditionValue CharAt(Rune[] text, long at) =>
        at < 0 || at > text.Length ? OutOfRange(at)
        : new Text(at == text.Length ? "" : text[at].ToString());

    private static ConditionValue Substring(Rune[] text, long from, long? to)
    {
        if (from < 0 || from > text.Length) return OutOfRange(from);
        var end = to ?? text.Length;
        if (end < 0 || end > text.Length) return OutOfRange(end);
        return from > end ? new Failed($"invalid substring range. start: {from}, end: {end}")
            : new Text(Points.Text(text.AsSpan((int)from, (int)(end - from))));
    }

    private static ConditionValue IndexOf(Rune[] text, Rune[] part, long from)
    {
        if (from < 0 || from > text.Length) return OutOfRange(from);
        var found = text.AsSpan((int)from).IndexOf(part);
        return new Int(found < 0 ? -1 : found + from);
    }

    private static ConditionValue LastIndexOf(Rune[] text, Rune[] part, long? from)
    {
        if (from < 0 || from > text.Length) return OutOfRange(from.Value);
        var end = Math.Min(from ?? text.Length, text.Length - part.Length);
        if (end < 0) return new Int(-1);
        return new Int(part.Length == 0 ? end : text.AsSpan(0, (int)end + part.Length).LastIndexOf(part));
    }

    private static Failed OutOfRange(long at) => new($"index out of range: {at}");
}
