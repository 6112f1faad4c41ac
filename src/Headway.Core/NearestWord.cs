namespace Headway.Core;

/// <summary>Finds the valid word that a mistyped one was probably meant to be.</summary>
public static class NearestWord
{
    /// <summary>Enough for any list that people choose from; what a hostile text lists is not all compared.</summary>
    private const int MostWords = 1000, Longest = 64;

    /// <summary>
    /// The nearest of the words by edit distance (insert, delete, replace, swap of neighbours), case, spaces, `-` and
    /// `_` not counting; null when more than a third of the letters would have to change.
    /// </summary>
    public static string? To(string written, IEnumerable<string> words)
    {
        var plain = Plain(written);
        if (plain.Length is 0 or > Longest) return null;
        var best = words.Take(MostWords).Where(word => word.Length <= Longest)
            .Select(word => (word, distance: Distance(plain, Plain(word))))
            .OrderBy(candidate => candidate.distance)
            .FirstOrDefault();
        var allowed = Math.Max(1, Math.Max(plain.Length, best.word?.Length ?? 0) / 3);
        return best.word is not null && best.distance <= allowed ? best.word : null;
    }

    private static string Plain(string word) =>
        string.Concat(word.Where(letter => letter is not (' ' or '-' or '_'))).ToLowerInvariant();

    private static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replace, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        return cost[a.Length, b.Length];
    }
}
