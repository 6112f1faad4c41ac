using System.Globalization;
using System.Text;

namespace Headway.Server.Telemetry.Promql.Syntax;

/// <summary>Text in quotes as Go writes and reads it, which is what the language and its errors have.</summary>
internal static class QuotedText
{
    public static string Of(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value) text.Append(Escaped(c, '"'));
        return text.Append('"').ToString();
    }

    public static string Of(char value) => $"'{Escaped(value, '\'')}'";

    private static string Escaped(char c, char quote) => c switch
    {
        '\\' => @"\\",
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        '\a' => @"\a",
        '\b' => @"\b",
        '\f' => @"\f",
        '\v' => @"\v",
        _ when c == quote => $"\\{c}",
        < ' ' or '\x7f' => $"\\x{(int)c:x2}",
        _ when char.IsControl(c) || c == '\ufeff' => $"\\u{(int)c:x4}",
        _ => c.ToString(),
    };

    /// <param name="body">What stands between the quotes.</param>
    /// <returns>Null when an escape cannot be read.</returns>
    public static string? Read(ReadOnlySpan<char> body, char quote)
    {
        if (quote == '`' || body.IndexOf('\\') < 0) return body.ToString();
        var text = new StringBuilder(body.Length);
        var bytes = new List<byte>();
        for (var i = 0; i < body.Length;)
        {
            if (body[i] != '\\')
            {
                Flush(text, bytes);
                text.Append(body[i++]);
            }
            else if (!Escape(body, ref i, quote, text, bytes))
            {
                return null;
            }
        }
        Flush(text, bytes);
        return text.ToString();
    }

    /// <summary>Why such text cannot be read.</summary>
    public static string WhyNot(ReadOnlySpan<char> body, char quote)
    {
        for (var i = 0; i + 1 < body.Length; i++)
        {
            if (body[i] != '\\') continue;
            if (!(body[i + 1] is 'x' or 'u' or 'U' or 'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v' or '\\' or (>= '0' and <= '7')
                || body[i + 1] == quote)) return $"unknown escape sequence U+{(int)body[i + 1]:X4} {Of(body[i + 1])}";
            i++;
        }
        return "an escape sequence has too few digits, or is no character";
    }

    private static bool Escape(ReadOnlySpan<char> body, ref int i, char quote, StringBuilder text, List<byte> bytes)
    {
        if (i + 1 >= body.Length) return false;
        var word = body[i + 1];
        var (digits, radix) = word switch
        {
            'x' => (2, 16), 'u' => (4, 16), 'U' => (8, 16), >= '0' and <= '7' => (3, 8), _ => (0, 0),
        };
        if (digits == 0) return Simple(word, quote, ref i, text, bytes);
        var from = i + (radix == 8 ? 1 : 2);
        if (from + digits > body.Length) return false;
        var number = Number(body.Slice(from, digits), radix);
        if (number < 0) return false;
        i = from + digits;
        if (word is 'u' or 'U')
        {
            Flush(text, bytes);
            if (!Rune.IsValid(number)) return false;
            text.Append(new Rune(number).ToString());
        }
        else if (number > 255) return false;
        else bytes.Add((byte)number);
        return true;
    }

    private static bool Simple(char word, char quote, ref int i, StringBuilder text, List<byte> bytes)
    {
        char? meant = word switch
        {
            'a' => '\a', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', '\\' => '\\',
            _ when word == quote => quote,
            _ => null,
        };
        if (meant is not { } c) return false;
        Flush(text, bytes);
        text.Append(c);
        i += 2;
        return true;
    }

    private static int Number(ReadOnlySpan<char> digits, int radix)
    {
        long number = 0;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiHexDigit(c) ? int.Parse([c], NumberStyles.HexNumber) : 99;
            if (digit >= radix) return -1;
            number = number * radix + digit;
        }
        return number > int.MaxValue ? -1 : (int)number;
    }

    /// <summary>`\xc3\xa4` is one character: bytes next to each other are read together.</summary>
    private static void Flush(StringBuilder text, List<byte> bytes)
    {
        if (bytes.Count == 0) return;
        text.Append(Encoding.UTF8.GetString([.. bytes]));
        bytes.Clear();
    }
}
