using System.Globalization;
using System.Text;

namespace Headway.Core.Secrets.Masking;

/// <summary>How text looks that was made fit for a URL, for JSON or for a shell.</summary>
internal static class EscapedText
{
    private const string Unreserved = "-._~";

    /// <summary>Percent-encoded (RFC 3986) with upper and lower case hex, as a form, and as programs do it that leave
    /// more letters as they are.</summary>
    public static IEnumerable<string> UrlLooks(byte[] part)
    {
        foreach (var format in (string[])["X2", "x2"])
            foreach (var plain in (string[])[Unreserved, "-._~!*'()", "-._~/", "-_.*"])
            {
                yield return Percent(part, plain, format);
                yield return Percent(part, plain, format).Replace("%20", "+");
            }
    }

    /// <summary>Within quotes of JSON, with and without escapes for what is not ASCII, and as shells quote.</summary>
    public static IEnumerable<string> QuotedLooks(byte[] part)
    {
        if (!System.Text.Unicode.Utf8.IsValid(part)) yield break;
        var text = Encoding.UTF8.GetString(part);
        yield return Json(text, ascii: false, html: false, "x4");
        foreach (var format in (string[])["x4", "X4"])
        {
            yield return Json(text, ascii: true, html: false, format);
            yield return Json(text, ascii: true, html: true, format);
        }
        yield return Json(text, ascii: false, html: false, "x4").Replace("/", "\\/");
        yield return text.Replace("'", "'\\''");
        yield return text.Replace("'", "'\"'\"'");
        yield return Backslashed(text, letter => letter is '"' or '\\' or '$' or '`');
        yield return Backslashed(text, letter => !char.IsLetterOrDigit(letter) && !"_-./:=@%+,".Contains(letter));
        yield return text.Replace("\n", "\\n").Replace("\r", "\\r");
    }

    private static string Percent(byte[] part, string plain, string format)
    {
        var encoded = new StringBuilder(part.Length * 3);
        foreach (var letter in part)
            if (char.IsAsciiLetterOrDigit((char)letter) || plain.Contains((char)letter)) encoded.Append((char)letter);
            else encoded.Append('%').Append(letter.ToString(format, CultureInfo.InvariantCulture));
        return encoded.ToString();
    }

    private static string Json(string text, bool ascii, bool html, string format)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var letter in text)
            escaped.Append(letter switch
            {
                '\\' => "\\\\",
                '"' when html => "\\u" + ((int)letter).ToString(format, CultureInfo.InvariantCulture),
                '"' => "\\\"",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' => "\\u" + ((int)letter).ToString(format, CultureInfo.InvariantCulture),
                '<' or '>' or '&' or '\'' or '+' or '`' when html =>
                    "\\u" + ((int)letter).ToString(format, CultureInfo.InvariantCulture),
                > '~' when ascii => "\\u" + ((int)letter).ToString(format, CultureInfo.InvariantCulture),
                _ => letter.ToString(),
            });
        return escaped.ToString();
    }

    private static string Backslashed(string text, Func<char, bool> special) =>
        string.Concat(text.Select(letter => special(letter) ? $"\\{letter}" : letter.ToString()));
}
