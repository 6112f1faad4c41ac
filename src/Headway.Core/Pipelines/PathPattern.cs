using System.Collections.Immutable;

namespace Headway.Core.Pipelines;

/// <summary>
/// A pattern of paths, relative to the root of the source: `*` and `?` within one name, `**` any number of folders, none
/// included; a pattern that names a folder means everything in it. Matching takes time in proportion to the product of
/// both lengths, whatever the pattern.
/// </summary>
public sealed class PathPattern
{
    private readonly ImmutableArray<string> parts;

    public PathPattern(string text)
    {
        Text = text;
        var clean = text.StartsWith("./", StringComparison.Ordinal) ? text[2..] : text;
        parts = [.. clean.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".")];
    }

    public string Text { get; }

    public bool Matches(string path) =>
        Matches(parts, [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries)]);

    /// <summary>In order: the last one that matches decides, and one that begins with `!` excludes.</summary>
    public static bool AnyMatches(ImmutableArray<string> patterns, string path)
    {
        var matches = false;
        foreach (var pattern in patterns)
            if (pattern.StartsWith('!')) matches &= !new PathPattern(pattern[1..]).Matches(path);
            else matches |= new PathPattern(pattern).Matches(path);
        return matches;
    }

    /// <summary>Which lengths of the path the parts so far can account for, one part at a time.</summary>
    private static bool Matches(ImmutableArray<string> parts, ImmutableArray<string> names)
    {
        if (parts.IsEmpty) return true;
        var reached = new bool[names.Length + 1];
        reached[0] = true;
        foreach (var part in parts)
        {
            var next = new bool[names.Length + 1];
            for (var at = 0; at <= names.Length; at++)
                if (part == "**") next[at] = reached[at] || (at > 0 && next[at - 1]);
                else next[at] = at > 0 && reached[at - 1] && MatchesName(part, names[at - 1]);
            reached = next;
        }
        // What is below a matched folder is in it; a pattern that ends in `*` names files and folders of one level.
        return reached[^1] || (parts[^1] != "*" && Array.IndexOf(reached, true, 1) > 0);
    }

    private static bool MatchesName(string part, string name)
    {
        var reached = new bool[name.Length + 1];
        reached[0] = true;
        foreach (var character in part)
        {
            var next = new bool[name.Length + 1];
            for (var at = 0; at <= name.Length; at++)
                if (character == '*') next[at] = reached[at] || (at > 0 && next[at - 1]);
                else next[at] = at > 0 && reached[at - 1] && (character == '?' || character == name[at - 1]);
            reached = next;
        }
        return reached[^1];
    }
}
