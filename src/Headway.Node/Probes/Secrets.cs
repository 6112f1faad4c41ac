using System.Text.RegularExpressions;

namespace Headway.Node.Probes;

/// <summary>Keeps what may be secret out of sentences: by the name it goes by, and by how it looks.</summary>
internal static partial class Secrets
{
    private const int LongestShown = 60;

    [GeneratedRegex("pass|secret|token|api.?key|auth|session|cookie|credential|card|iban|cvv", RegexOptions.IgnoreCase)]
    private static partial Regex Telling { get; }

    /// <summary>Long, without spaces, of letters and digits: a key or a token rather than a word.</summary>
    [GeneratedRegex(@"(?=[^\s""]*[0-9])(?=[^\s""]*[A-Za-z])[^\s""]{20,}")]
    private static partial Regex Opaque { get; }

    public static string Shown(string name, string value)
    {
        if (Telling.IsMatch(name)) return "***";
        var line = Opaque.Replace(value.ReplaceLineEndings(" "), "***");
        return line.Length <= LongestShown ? line : line[..LongestShown] + "...";
    }
}
