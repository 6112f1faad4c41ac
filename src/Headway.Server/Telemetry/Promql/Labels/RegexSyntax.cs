using System.Text;

namespace Headway.Server.Telemetry.Promql.Labels;

/// <summary>
/// A pattern of RE2, which is what people write in Prometheus, in the words of .NET. Both are nearly the same; what
/// differs are the classes, which mean ASCII in RE2, the end of the text, and some spellings.
/// </summary>
internal static class RegexSyntax
{
    /// <summary>Characters of a pattern: its automaton grows with it.</summary>
    private const int Longest = 10_000;

    private static readonly Dictionary<string, string> Posix = new()
    {
        ["alnum"] = "0-9A-Za-z", ["alpha"] = "A-Za-z", ["ascii"] = @"\x00-\x7F", ["blank"] = @"\t ",
        ["cntrl"] = @"\x00-\x1F\x7F", ["digit"] = "0-9", ["graph"] = "!-~", ["lower"] = "a-z", ["print"] = " -~",
        ["punct"] = @"!-/:-@\[-`{-~", ["space"] = @"\t\n\v\f\r ", ["upper"] = "A-Z", ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    public static string Translate(string pattern)
    {
        if (pattern.Length > Longest) throw new ArgumentException($"expression is longer than {Longest} characters");
        var text = new StringBuilder(pattern.Length + 16);
        var repeats = new RepeatCount();
        for (var i = 0; i < pattern.Length;)
        {
            repeats.See(pattern, i);
            i = pattern[i] switch
            {
                '\\' => Escape(pattern, i, text, inClass: false),
                '[' => Class(pattern, i, text),
                '$' => Put(text, @"\z", i + 1),
                '(' when At(pattern, i, "(?P<") => Put(text, "(?<", i + 4),
                '(' when Refused(pattern, i) => throw new ArgumentException($"invalid or unsupported Perl syntax: `{pattern[i..Math.Min(i + 4, pattern.Length)]}`"),
                _ => Put(text, pattern[i].ToString(), i + 1),
            };
        }
        return text.ToString();
    }

    private static bool Refused(string pattern, int i) =>
        At(pattern, i, "(?<") || At(pattern, i, "(?=") || At(pattern, i, "(?!") || At(pattern, i, "(?>")
        || At(pattern, i, "(?'") || At(pattern, i, "(?#") || At(pattern, i, "(?(");

    private static bool At(string pattern, int i, string word) =>
        string.CompareOrdinal(pattern, i, word, 0, word.Length) == 0;

    private static int Put(StringBuilder text, string what, int next)
    {
        text.Append(what);
        return next;
    }

    private static int Escape(string pattern, int i, StringBuilder text, bool inClass)
    {
        if (i + 1 >= pattern.Length) throw new ArgumentException("trailing backslash at end of expression");
        if (pattern[i + 1] == 'Q' && !inClass) return Quoted(pattern, i + 2, text);
        var set = char.ToLowerInvariant(pattern[i + 1]) switch
        {
            'd' => "0-9", 'w' => "0-9A-Za-z_", 's' => @"\t\n\f\r ", _ => null,
        };
        if (set is not null && char.IsLower(pattern[i + 1])) return Put(text, inClass ? set : $"[{set}]", i + 2);
        if (set is not null && !inClass) return Put(text, $"[^{set}]", i + 2);
        if (pattern[i + 1] is 'p' or 'P' && i + 2 < pattern.Length && pattern[i + 2] != '{')
            return Put(text, $"\\{pattern[i + 1]}{{{pattern[i + 2]}}}", i + 3);
        if (At(pattern, i, @"\x{") && pattern.IndexOf('}', i) is > 0 and var end)
            return Put(text, $"\\u{Convert.ToUInt16(pattern[(i + 3)..end], 16):x4}", end + 1);
        if (char.IsAsciiDigit(pattern[i + 1]) && pattern[i + 1] != '0' || pattern[i + 1] is 'Z' or 'G' or 'k')
            throw new ArgumentException($"invalid escape sequence: `{pattern[i..(i + 2)]}`");
        return Put(text, pattern[i..(i + 2)], i + 2);
    }

    private static int Quoted(string pattern, int from, StringBuilder text)
    {
        var end = pattern.IndexOf(@"\E", from, StringComparison.Ordinal);
        text.Append(System.Text.RegularExpressions.Regex.Escape(end < 0 ? pattern[from..] : pattern[from..end]));
        return end < 0 ? pattern.Length : end + 2;
    }

    /// <summary>In .NET `[` within a class can begin a subtraction, so it is escaped.</summary>
    private static int Class(string pattern, int open, StringBuilder text)
    {
        text.Append('[');
        var i = open + 1;
        if (i < pattern.Length && pattern[i] == '^') i = Put(text, "^", i + 1);
        if (i < pattern.Length && pattern[i] == ']') i = Put(text, @"\]", i + 1);
        while (i < pattern.Length && pattern[i] != ']')
            i = pattern[i] switch
            {
                '\\' => Escape(pattern, i, text, inClass: true),
                '[' when Named(pattern, i) is { } name => Put(text, Posix[name], i + name.Length + 4),
                '[' => Put(text, @"\[", i + 1),
                _ => Put(text, pattern[i].ToString(), i + 1),
            };
        if (i >= pattern.Length) throw new ArgumentException($"missing closing ]: `{pattern[open..]}`");
        text.Append(']');
        return i + 1;
    }

    private static string? Named(string pattern, int i)
    {
        if (!At(pattern, i, "[:")) return null;
        var end = pattern.IndexOf(":]", i + 2, StringComparison.Ordinal);
        return end > 0 && Posix.ContainsKey(pattern[(i + 2)..end]) ? pattern[(i + 2)..end] : null;
    }
}
