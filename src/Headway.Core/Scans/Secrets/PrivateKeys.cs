using System.Text.RegularExpressions;

namespace Headway.Core.Scans.Secrets;

/// <summary>
/// Private keys in PEM, over several lines or in one with `\n` in it. The heading alone is in every program that reads
/// keys; only one with a body is a key.
/// </summary>
internal sealed partial class PrivateKeys
{
    private const int LeastBody = 64;
    private const int MostLines = 12;
    private int at;
    private string body = "";
    private int lines;

    [GeneratedRegex("-----BEGIN (?:[A-Z0-9]{1,20} ){0,2}PRIVATE KEY(?: BLOCK)?-----", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Heading { get; }

    /// <summary>The beginning of the body of the key that was found last.</summary>
    public string Body { get; private set; } = "";

    /// <summary>A new file, or a gap between lines.</summary>
    public void Cut() => at = 0;

    /// <summary>The line of a heading that has turned out to be one of a key, or null.</summary>
    public int? Next(string line, int number)
    {
        if (line.Contains("PRIVATE KEY", StringComparison.Ordinal) && Heading.Match(line) is { Success: true } heading)
        {
            (at, lines) = (number, 0);
            body = BodyIn(line[(heading.Index + heading.Length)..].Replace("\\n", "", StringComparison.Ordinal)
                .Replace("\\r", "", StringComparison.Ordinal));
            return Enough();
        }
        if (at == 0) return null;
        var text = line.Trim(' ', '\t', '\r', '"', '\'', '+', ',', '\\', '|', '>', '#', '*');
        if (++lines > MostLines || text.StartsWith("-----END", StringComparison.Ordinal)) at = 0;
        else if (!text.Contains(':', StringComparison.Ordinal)) body += BodyIn(text);
        return at == 0 ? null : Enough();
    }

    private int? Enough()
    {
        if (body.Length < LeastBody) return null;
        var found = at;
        (at, Body) = (0, body);
        return found;
    }

    /// <summary>Leading base64; what is no key ends it.</summary>
    private static string BodyIn(string text)
    {
        var count = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '/' or '=')) break;
            count++;
        }
        return count >= 16 && Entropy.BitsOf(text.AsSpan(0, count)) >= 3 ? text[..Math.Min(count, 200)] : "";
    }
}
