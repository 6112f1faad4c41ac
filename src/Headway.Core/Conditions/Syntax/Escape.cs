using System.Globalization;

namespace Headway.Core.Conditions.Syntax;

/// <summary>Escape sequences in literals of string and bytes.</summary>
internal static class Escape
{
    /// <summary>The code point (or, in bytes, the octet), and how many characters the sequence takes.</summary>
    public static (int Code, int Length) Read(string body, int i, bool isBytes, int offset)
    {
        var kind = i + 1 < body.Length ? body[i + 1] : '\0';
        return kind switch
        {
            '\\' or '?' or '"' or '\'' or '`' => (kind, 2),
            'a' => (7, 2),
            'b' => (8, 2),
            'f' => (12, 2),
            'n' => (10, 2),
            'r' => (13, 2),
            't' => (9, 2),
            'v' => (11, 2),
            'x' or 'X' => (Digits(body, i, 2, offset), 4),
            'u' when !isBytes => (Digits(body, i, 4, offset), 6),
            'U' when !isBytes => (Point(body, i, offset), 10),
            >= '0' and <= '3' => (Octal(body, i, offset), 4),
            _ => throw new SyntaxException(offset + i, Unknown(kind, isBytes)),
        };
    }

    private static string Unknown(char kind, bool isBytes) =>
        isBytes && kind is 'u' or 'U' ? $"\\{kind} is an escape of strings; bytes have \\x and two digits."
        : $"\\{kind} is not an escape; a backslash itself is written \\\\.";

    private static int Digits(string body, int i, int count, int offset)
    {
        var end = i + 2 + count;
        if (end <= body.Length && uint.TryParse(
            body.AsSpan(i + 2, count), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            return (int)code;
        throw new SyntaxException(offset + i, $"\\{body[i + 1]} needs {count} hexadecimal digits behind it.");
    }

    private static int Point(string body, int i, int offset)
    {
        var code = Digits(body, i, 8, offset);
        return code is >= 0 and <= 0x10FFFF and not (>= 0xD800 and <= 0xDFFF) ? code
            : throw new SyntaxException(offset + i, "This is not a Unicode code point.");
    }

    private static int Octal(string body, int i, int offset)
    {
        if (i + 3 < body.Length && body[i + 2] is >= '0' and <= '7' && body[i + 3] is >= '0' and <= '7')
            return (body[i + 1] - '0') * 64 + (body[i + 2] - '0') * 8 + body[i + 3] - '0';
        throw new SyntaxException(offset + i, "An octal escape has three digits, from \\000 to \\377.");
    }
}
