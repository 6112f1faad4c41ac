using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Headway.Core.Conditions.Evaluation;
using Headway.Core.Conditions.Values;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>text.format(list): %s, %d, %f, %e, %b, %o, %x, %X and %%, with a precision as in %.3f.</summary>
internal static class Formatting
{
    private const int MostPrecision = 100;
    private const int UsualPrecision = 6;

    public static ConditionValue Of(string text, ImmutableArray<ConditionValue> arguments, Budget budget)
    {
        var made = new StringBuilder();
        var next = 0;
        for (var at = 0; at < text.Length; at++)
        {
            budget.Make(2);
            if (text[at] != '%')
            {
                made.Append(text[at]);
                continue;
            }
            if (++at < text.Length && text[at] == '%')
            {
                made.Append('%');
                continue;
            }
            if (Precision(text, ref at) is not { } precision)
                return new Failed($"could not parse formatting clause: a precision is a number up to {MostPrecision}");
            if (at == text.Length) return new Failed("could not parse formatting clause: unexpected end of string");
            if (!"sdfebxXo".Contains(text[at]))
                return new Failed($"could not parse formatting clause: unrecognized formatting clause \"{text[at]}\"");
            if (next == arguments.Length) return new Failed($"index {next} out of range");
            if (Written(text[at], precision, arguments[next++], made, budget) is { } wrong)
                return new Failed($"error during formatting: {wrong}");
        }
        return Budget.Made(new Text(made.ToString()));
    }

    private static int? Precision(string text, ref int at)
    {
        if (at >= text.Length || text[at] != '.') return UsualPrecision;
        var start = ++at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        var digits = text.AsSpan(start, at - start);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= MostPrecision ? number : null;
    }

    /// <summary>What is wrong, or null when it was written.</summary>
    private static string? Written(char clause, int precision, ConditionValue value, StringBuilder made, Budget budget)
    {
        if (clause == 's')
        {
            if (FormattedText.Of(value, made, budget) is not { } culprit) return null;
            return "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, "
                + $"durations, and timestamps, was given {culprit}";
        }
        var (text, allowed) = clause switch
        {
            'd' => (FormattedNumber.Decimal(value), "decimal clause can only be used on integers"),
            'f' => (FormattedNumber.Fixed(value, precision), "fixed-point clause can only be used on doubles"),
            'e' => (FormattedNumber.Scientific(value, precision), "scientific clause can only be used on doubles"),
            'b' => (FormattedNumber.Binary(value), "only integers and bools can be formatted as binary"),
            'o' => (FormattedNumber.Octal(value), "octal clause can only be used on integers"),
            _ => (FormattedNumber.Hexadecimal(value, budget),
                "only integers, byte buffers, and strings can be formatted as hex"),
        };
        if (text is null) return $"{allowed}, was given {value.TypeName}";
        budget.Make(2L * text.Length);
        made.Append(clause == 'X' ? text.ToUpperInvariant() : text);
        return null;
    }
}
