namespace Headway.Core.SupplyChain.Bills;

/// <summary>
/// go.sum: every version of a module whose content was looked at. Lines that are only about a go.mod are not; the highest
/// version of a module is what Go builds with.
/// </summary>
internal static class GoSum
{
    public static void Read(string text, BillDraft draft)
    {
        var highest = new SortedDictionary<string, (string Version, string Hash)>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (line.Trim().Split(' ') is not [var module, ['v', ..] version, var hash]) continue;
            if (version.EndsWith("/go.mod", StringComparison.Ordinal)) continue;
            if (!highest.TryGetValue(module, out var known) || Compare(version, known.Version) > 0)
                highest[module] = (version, hash);
        }
        foreach (var (module, (version, hash)) in highest)
        {
            var slash = module.LastIndexOf('/');
            var (space, name) = slash < 0 ? (null, module) : (module[..slash], module[(slash + 1)..]);
            // The hash is over the module's tree, not over a file.
            draft.Needs(BillDraft.Root, draft.Add(new(Purl.Of("golang", space, name, version), space, name, version,
                Component.None, Component.None.Add("headway:go:h1", hash))));
        }
    }

    /// <summary>By number, part by part; a version with a suffix is older than the one without.</summary>
    private static int Compare(string one, string other)
    {
        var (first, second) = (one[1..].Split('-', 2), other[1..].Split('-', 2));
        var (a, b) = (first[0].Split('+')[0].Split('.'), second[0].Split('+')[0].Split('.'));
        for (var at = 0; at < Math.Max(a.Length, b.Length); at++)
            if (Number(a, at).CompareTo(Number(b, at)) is var order and not 0) return order;
        return first.Length != second.Length ? second.Length.CompareTo(first.Length)
            : string.CompareOrdinal(first[^1], second[^1]);
    }

    private static long Number(string[] parts, int at) =>
        at < parts.Length && long.TryParse(parts[at], out var number) ? number : 0;
}
