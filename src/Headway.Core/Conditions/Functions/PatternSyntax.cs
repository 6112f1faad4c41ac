using System.Text;

namespace Headway.Core.Conditions.Functions;

/// <summary>
/// RE2's syntax in that of .NET. They differ in what \d, \w, \s, `$`, `.` and the names of groups mean, in classes such
/// as [[:alpha:]], and in that RE2 counts code points.
/// </summary>
internal static class PatternSyntax
{
    private const string AnyPair = @"[\uD800-\uDBFF][\uDC00-\uDFFF]";
    private const string AnyPoint = @"(?:[^\n\uD800-\uDFFF]|" + AnyPair + ")";
    private const string AnyPointOrLine = @"(?:[^\uD800-\uDFFF]|" + AnyPair + ")";

    public static (string? Pattern, string? Wrong) Translated(string pattern)
    {
        var made = new StringBuilder();
        // Flags such as (?s) hold until the group around them ends.
        var flags = new Stack<(bool Dot, bool Lines)>([(false, false)]);
        for (var at = 0; at < pattern.Length;)
        {
            var (dot, lines) = flags.Peek();
            switch (pattern[at])
            {
                case '\\':
                    if (Escaped(pattern, ref at, made) is { } wrong) return (null, wrong);
                    break;
                case '[':
                    if (PatternClass.Translate(pattern, ref at, made) is { } bad) return (null, bad);
                    break;
                case '(':
                    flags.Push((dot, lines));
                    if (Group(pattern, ref at, made, flags) is { } no) return (null, no);
                    break;
                case ')':
                    if (flags.Count == 1) return (null, "a `)` has no `(`");
                    flags.Pop();
                    made.Append(pattern[at++]);
                    break;
                default:
                    made.Append(pattern[at] switch
                    {
                        '.' => dot ? AnyPointOrLine : AnyPoint,
                        '$' when !lines => @"\z",
                        '#' or ' ' => "\\" + pattern[at],
                        _ => Literal(pattern, ref at),
                    });
                    at++;
                    break;
            }
        }
        return flags.Count == 1 ? (made.ToString(), null) : (null, "a `(` is not closed");
    }

    /// <summary>A pair of surrogates is one thing, so that what repeats it repeats both halves.</summary>
    private static string Literal(string pattern, ref int at) =>
        char.IsHighSurrogate(pattern[at]) && at + 1 < pattern.Length
            ? $"(?:{pattern[at]}{pattern[++at]})" : $"{pattern[at]}";

    private static string? Escaped(string pattern, ref int at, StringBuilder made)
    {
        if (at + 1 == pattern.Length) return "a backslash stands at its end";
        var kind = pattern[at + 1];
        if (kind == 'Q')
        {
            var end = pattern.IndexOf("\\E", at, StringComparison.Ordinal);
            var literal = end < 0 ? pattern[(at + 2)..] : pattern[(at + 2)..end];
            made.Append(System.Text.RegularExpressions.Regex.Escape(literal));
            at = end < 0 ? pattern.Length : end + 2;
            return null;
        }
        if (kind is 'b' or 'B' or 'A' or 'z')
        {
            made.Append('\\').Append(kind);
            at += 2;
            return null;
        }
        if (kind == 'C') return @"\C is not known here";
        var (inside, wrong) = PatternClass.Escaped(pattern, ref at);
        if (inside is not null) made.Append(inside.StartsWith('\\') && inside.Length <= 6 ? inside : $"[{inside}]");
        return wrong;
    }

    private static string? Group(string pattern, ref int at, StringBuilder made, Stack<(bool Dot, bool Lines)> flags)
    {
        if (at + 1 >= pattern.Length || pattern[at + 1] != '?')
        {
            made.Append('(');
            at++;
            return null;
        }
        var rest = pattern.AsSpan(at + 2);
        if (rest.StartsWith("P<") || rest.StartsWith("<") && !rest.StartsWith("<=") && !rest.StartsWith("<!"))
        {
            made.Append("(?<");
            at += rest[0] == 'P' ? 4 : 3;
            return null;
        }
        var length = rest.IndexOfAny(':', ')');
        if (length < 0 || rest[..length].ContainsAnyExcept("imsU-")) return "this kind of group is not known";
        var set = rest[..length].ToString();
        if (set.Contains('U')) return "the flag U is not known here";
        var (dot, lines) = flags.Pop();
        var (on, off) = set.IndexOf('-') is var minus and >= 0 ? (set[..minus], set[(minus + 1)..]) : (set, "");
        dot = on.Contains('s') || dot && !off.Contains('s');
        lines = on.Contains('m') || lines && !off.Contains('m');
        // What stands alone, as in (?i), holds for the rest of the group that it stands in.
        if (rest[length] == ')') flags.Pop();
        flags.Push((dot, lines));
        var kept = (On: on.Replace("s", ""), Off: off.Replace("s", ""));
        var flagged = kept.On + (kept.Off.Length > 0 ? "-" + kept.Off : "");
        if (flagged.Length > 0 || rest[length] == ':') made.Append("(?").Append(flagged).Append(rest[length]);
        at += 2 + length + 1;
        return null;
    }
}
