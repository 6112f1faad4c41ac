using System.Collections.Immutable;
using System.Globalization;

namespace Headway.Core.Evidence.Answers;

/// <summary>One step into a JSON document: a key or a place in an array.</summary>
internal readonly record struct PathPart(string? Key, int Index);

/// <summary>
/// Names places in JSON documents: `$.total`, `$.items[*].id`, `$.items[0]`, `$.items.*.id` (every key or place),
/// `$..requestId` (at any depth), `$['a key']`. What stands below a place that matches matches too.
/// </summary>
public sealed class PathPattern
{
    private readonly ImmutableArray<Link> links;

    private PathPattern(ImmutableArray<Link> links) => this.links = links;

    private enum Kind { Key, Any, Index, AnyIndex }

    private readonly record struct Link(Kind Kind, string Key, int Index, bool Deep);

    /// <summary>The pattern, or what is wrong with it.</summary>
    public static (PathPattern? Pattern, string? Problem) Parse(string text)
    {
        if (!text.StartsWith('$')) return (null, $"`{text}` does not begin with `$`");
        var links = ImmutableArray.CreateBuilder<Link>();
        for (var at = 1; at < text.Length;)
        {
            var deep = text.AsSpan(at).StartsWith("..");
            if (deep) at++;
            var (link, next) = text[at] == '.' ? Dotted(text, at + 1)
                : text[at] == '[' ? Bracketed(text, at + 1) : default;
            if (link is null) return (null, $"`{text}` cannot be read from `{text[at..]}` on");
            links.Add(link.Value with { Deep = deep });
            at = next;
        }
        return links.Count == 0 ? (null, "`$` is the whole answer") : (new(links.ToImmutable()), null);
    }

    internal bool Matches(IReadOnlyList<PathPart> path) => From(path, 0, 0);

    private bool From(IReadOnlyList<PathPart> path, int at, int link)
    {
        if (link == links.Length) return at == path.Count;
        for (; at < path.Count; at++)
        {
            if (Fits(links[link], path[at]) && From(path, at + 1, link + 1)) return true;
            if (!links[link].Deep) return false;
        }
        return false;
    }

    private static bool Fits(in Link link, in PathPart part) => link.Kind switch
    {
        Kind.Key => part.Key == link.Key,
        Kind.Any => true,
        Kind.Index => part.Key is null && part.Index == link.Index,
        _ => part.Key is null,
    };

    private static (Link?, int) Dotted(string text, int at)
    {
        var end = at;
        while (end < text.Length && text[end] is not ('.' or '[')) end++;
        if (end == at) return default;
        var key = text[at..end];
        return (new Link(key == "*" ? Kind.Any : Kind.Key, key, 0, false), end);
    }

    private static (Link?, int) Bracketed(string text, int at)
    {
        var end = text.IndexOf(']', at);
        if (end < 0) return default;
        var inside = text[at..end];
        if (inside == "*") return (new Link(Kind.AnyIndex, "", 0, false), end + 1);
        if (int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return (new Link(Kind.Index, "", index, false), end + 1);
        return inside is ['\'', _, .., '\''] ? (new Link(Kind.Key, inside[1..^1], 0, false), end + 1) : default;
    }
}
