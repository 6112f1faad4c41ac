namespace Headway.Core.Judging;

/// <summary>
/// Which batches have been used, by (node, boot, sequence): evidence that is delivered again must not count again.
/// Kept as intervals; where very many are missing the oldest gap is given up, and what arrives for it is dropped.
/// </summary>
public sealed class SeenBatches
{
    private const int MostIntervals = 64, MostBoots = 256;

    private readonly Dictionary<(string Node, string Boot), List<(long First, long Last)>> boots = [];

    /// <summary>False when the batch was there before.</summary>
    public bool Add(string node, string boot, long sequence)
    {
        if (!boots.TryGetValue((node, boot), out var seen))
        {
            if (boots.Count >= MostBoots) boots.Remove(boots.Keys.First());
            boots[(node, boot)] = seen = [];
        }

        var at = seen.Count;
        while (at > 0 && seen[at - 1].Last >= sequence) at--;
        if (at < seen.Count && seen[at].First <= sequence) return false;
        seen.Insert(at, (sequence, sequence));
        Join(seen, at);
        Join(seen, at - 1);
        if (seen.Count > MostIntervals) Merge(seen, 0);
        return true;
    }

    private static void Join(List<(long First, long Last)> seen, int at)
    {
        if (at >= 0 && at + 1 < seen.Count && seen[at].Last + 1 == seen[at + 1].First) Merge(seen, at);
    }

    private static void Merge(List<(long First, long Last)> seen, int at)
    {
        seen[at] = (seen[at].First, seen[at + 1].Last);
        seen.RemoveAt(at + 1);
    }
}
