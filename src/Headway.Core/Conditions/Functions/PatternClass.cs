using System.Globalization;
using System.Text;

namespace Headway.Core.Conditions.Functions;

/// <summary>Classes of characters in regular expressions: [a-z], \d, [[:alpha:]].</summary>
internal static class PatternClass
{
    private static readonly Dictionary<string, string> Posix = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z", ["alpha"] = "A-Za-z", ["ascii"] = @"\x00-\x7F", ["blank"] = @"\t\x20",
        ["cntrl"] = @"\x00-\x1F\x7F", ["digit"] = "0-9", ["graph"] = "!-~", ["lower"] = "a-z", ["print"] = @"\x20-~",
        ["punct"] = @"!-/:-@\[-`{-~", ["space"] = @"\t\n\v\f\r\x20", ["upper"] = "A-Z", ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    /// <summary>The inside of a class for \d and the like; otherwise a character as it stands in a class.</summary>
    public static (string? Inside, string? Wrong) Escaped(string pattern, ref int at)
    {
        var kind = pattern[at + 1];
        at += 2;
        switch (kind)
        {
            case 'd': return ("0-9", null);
            case 'D': return (@"\x00-/:-\uFFFF", null);
            case 'w': return ("0-9A-Za-z_", null);
            case 'W': return (@"\x00-/:-@\[-^`{-\uFFFF", null);
            case 's': return (@"\t\n\f\r\x20", null);
            case 'S': return (@"\x00-\x08\x0B\x0E-\x1F!-\uFFFF", null);
            case 'a': return (@"\x07", null);
            case 'f' or 'n' or 'r' or 't' or 'v': return ($"\\{kind}", null);
            case 'p' or 'P': return Property(pattern, kind, ref at);
            case 'x': return Hex(pattern, ref at);
            default:
                return char.IsAsciiLetterOrDigit(kind) ? (null, $"\\{kind} is not known")
                    : kind < 0x80 ? ($"\\x{(int)kind:X2}", null) : ($"\\u{(int)kind:X4}", null);
        }
    }

    public static string? Translate(string pattern, ref int at, StringBuilder made)
    {
        made.Append('[');
        at++;
        if (at < pattern.Length && pattern[at] == '^')
        {
            made.Append('^');
            at++;
        }
        for (var isFirst = true; at < pattern.Length; isFirst = false)
        {
            if (pattern[at] == ']' && !isFirst)
            {
                made.Append(']');
                at++;
                return null;
            }
            if (Item(pattern, ref at, made) is { } wrong) return wrong;
        }
        return "a `[` is not closed";
    }

    private static string? Item(string pattern, ref int at, StringBuilder made)
    {
        if (pattern[at] == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':')
        {
            var end = pattern.IndexOf(":]", at + 2, StringComparison.Ordinal);
            if (end < 0 || !Posix.TryGetValue(pattern[(at + 2)..end], out var inside))
                return "a class [:...:] is not known";
            made.Append(inside);
            at = end + 2;
            return null;
        }
        if (pattern[at] == '\\' && at + 1 < pattern.Length)
        {
            var (inside, wrong) = Escaped(pattern, ref at);
            made.Append(inside);
            return wrong;
        }
        if (char.IsSurrogate(pattern[at])) return "a class cannot hold characters beyond U+FFFF here";
        // A second bracket would begin a subtraction in .NET.
        made.Append(pattern[at] is '[' or ']' ? "\\" : "").Append(pattern[at]);
        at++;
        return null;
    }

    private static (string? Inside, string? Wrong) Property(string pattern, char kind, ref int at)
    {
        if (at >= pattern.Length) return (null, "a class behind \\p is missing");
        if (pattern[at] != '{') return ($"\\{kind}{{{pattern[at++]}}}", null);
        var end = pattern.IndexOf('}', at);
        if (end < 0) return (null, "a `{` is not closed");
        var name = pattern[(at + 1)..end];
        at = end + 1;
        return name.Length > 2 ? (null, $"\\{kind}{{{name}}} is not known here") : ($"\\{kind}{{{name}}}", null);
    }

    private static (string? Inside, string? Wrong) Hex(string pattern, ref int at)
    {
        var isBraced = at < pattern.Length && pattern[at] == '{';
        var end = isBraced ? pattern.IndexOf('}', at) : Math.Min(at + 2, pattern.Length);
        var start = isBraced ? at + 1 : at;
        var digits = end < start ? "" : pattern[start..end];
        if (!uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            return (null, "\\x needs hexadecimal digits");
        at = isBraced ? end + 1 : end;
        return code <= 0xFFFF ? ($"\\u{code:X4}", null) : (null, "a character beyond U+FFFF is written as itself here");
    }
}
