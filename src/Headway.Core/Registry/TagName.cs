namespace Headway.Core.Registry;

/// <summary>A name that points at a manifest: up to 128 letters, digits, `_`, `.` and `-`, not beginning with the last two.</summary>
public static class TagName
{
    public const int Longest = 128;

    public static bool IsOne(string text)
    {
        if (text.Length is 0 or > Longest || text[0] is '.' or '-') return false;
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-')) return false;
        return true;
    }

    public static string WhyRefused(string text) =>
        $"`{(text.Length > 60 ? text[..60] + "..." : text)}` is no tag: up to {Longest} letters, digits, `_`, `.` and "
        + "`-`, beginning with a letter, a digit or `_`.";
}
