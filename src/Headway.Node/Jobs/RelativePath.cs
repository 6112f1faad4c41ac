namespace Headway.Node.Jobs;

/// <summary>Paths inside a tree that somebody else made: they must stay inside.</summary>
internal static class RelativePath
{
    /// <summary>The path with single slashes and without `.`, or null when it is absolute or climbs out.</summary>
    public static string? Clean(string path)
    {
        if (path.StartsWith('/') || path.Contains('\0')) return null;
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part is "..") return null;
            parts.Add(part);
        }
        return string.Join('/', parts);
    }

    /// <summary>Whether a link at `link`, read where it stands, stays inside the tree.</summary>
    public static bool StaysInside(string link, string target)
    {
        if (target.StartsWith('/') || target.Length == 0) return false;
        var depth = link.Count(c => c == '/');
        foreach (var part in target.Split('/'))
        {
            if (part is "" or ".") continue;
            depth += part is ".." ? -1 : 1;
            if (depth < 0) return false;
        }
        return true;
    }
}
