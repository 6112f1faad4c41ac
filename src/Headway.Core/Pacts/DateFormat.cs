using System.Globalization;
using System.Text;

namespace Headway.Core.Pacts;

/// <summary>Dates in the formats that contracts use, which are those of Java.</summary>
internal static class DateFormat
{
    public static bool Fits(string text, string format) => Translated(format) is { } own
        && DateTimeOffset.TryParseExact(text, own, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out _);

    /// <summary>Where no format is given: a date and a time as ISO 8601 has them, with or without zone.</summary>
    public static bool IsIso(string text) => text.Length >= 16 && text[10] is 'T' or ' '
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    /// <summary>The same format in the words of .NET, or null when it has something that is not known.</summary>
    private static string? Translated(string format)
    {
        var own = new StringBuilder();
        for (var at = 0; at < format.Length;)
        {
            var letter = format[at];
            var end = at + 1;
            while (letter != '\'' && end < format.Length && format[end] == letter) end++;
            if (letter == '\'')
            {
                end = format.IndexOf('\'', at + 1) is > 0 and var close ? close + 1 : format.Length;
                var literal = format[(at + 1)..Math.Max(at + 1, end - 1)];
                foreach (var c in literal.Length == 0 ? "'" : literal) own.Append('\\').Append(c);
            }
            else if (Of(letter, end - at) is { } piece) own.Append(piece);
            else if (char.IsAsciiLetter(letter)) return null;
            else foreach (var c in format[at..end]) own.Append('\\').Append(c);
            at = end;
        }
        // One letter alone would mean a standard format.
        return own.Length == 1 ? "%" + own : own.ToString();
    }

    private static string? Of(char letter, int count) => letter switch
    {
        'y' or 'u' => new('y', Math.Max(count, 4)),
        'M' or 'L' => new('M', Math.Min(count, 4)),
        'd' => new('d', Math.Min(count, 2)),
        'H' or 'h' or 'm' or 's' => new(letter, Math.Min(count, 2)),
        'k' => new('H', Math.Min(count, 2)),
        'S' or 'n' => new('f', Math.Min(count, 7)),
        'a' => "tt",
        'E' => count >= 4 ? "dddd" : "ddd",
        'X' or 'x' => "K",
        'Z' => "zzz",
        'z' => "K",
        _ => null,
    };
}
