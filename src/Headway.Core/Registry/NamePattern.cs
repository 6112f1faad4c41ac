namespace Headway.Core.Registry;

/// <summary>
/// A pattern of names in which `*` stands for any characters, slashes included: `shop/*`, `v1.*`, `*`. Matching takes
/// time in proportion to the product of both lengths, whatever the pattern.
/// </summary>
public static class NamePattern
{
    public const int Longest = 255;

    public static bool Matches(string pattern, string name)
    {
        var (p, n, star, mark) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = n;
            }
            else if (p < pattern.Length && pattern[p] == name[n])
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++mark;
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    /// <summary>Null for a good pattern, or why it is none.</summary>
    public static string? WhyRefused(string pattern)
    {
        if (pattern.Length is 0 or > Longest) return $"A pattern has 1 to {Longest} characters.";
        foreach (var c in pattern)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('*' or '/' or '.' or '_' or '-'))
                return $"`{c}` cannot be in a name, so the pattern `{pattern}` matches nothing.";
        return null;
    }
}
