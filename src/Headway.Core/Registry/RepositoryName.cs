namespace Headway.Core.Registry;

/// <summary>
/// `shop/checkout`: components of lower-case letters and digits, joined by `.`, `_`, `__` or dashes, with `/` between
/// them, as the distribution specification says. Checked before a name is used for anything.
/// </summary>
public static class RepositoryName
{
    /// <summary>Of the whole name, slashes included.</summary>
    public const int Longest = 255;

    /// <summary>Null for a good name, or why it is none, in a sentence.</summary>
    public static string? WhyRefused(string name)
    {
        if (name.Length == 0) return "A repository needs a name, for example shop/checkout.";
        if (name.Length > Longest)
            return $"The name of the repository has {name.Length} characters, and at most {Longest} are allowed.";
        foreach (var component in name.Split('/'))
            if (!IsComponent(component))
                return $"`{Short(component)}` is no part of a repository's name: lower-case letters and digits, joined "
                    + "by one dot, one or two underscores, or dashes.";
        return null;
    }

    private static bool IsComponent(string text)
    {
        var at = 0;
        while (true)
        {
            var word = at;
            while (at < text.Length && char.IsAsciiLetterOrDigit(text[at]) && !char.IsAsciiLetterUpper(text[at])) at++;
            if (at == word) return false;
            if (at == text.Length) return true;
            var joint = at;
            while (at < text.Length && text[at] is '.' or '_' or '-') at++;
            if (!IsJoint(text.AsSpan(joint, at - joint))) return false;
        }
    }

    private static bool IsJoint(ReadOnlySpan<char> text) =>
        text is "." or "_" or "__" || (text.Length > 0 && text.IndexOfAnyExcept('-') < 0);

    private static string Short(string text) => text.Length > 60 ? text[..60] + "..." : text;
}
