using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>`histogram_quantile` over buckets with the label `le`, straight lines within a bucket.</summary>
internal static class BucketQuantile
{
    private static readonly string[] NotOfGroup = [LabelSet.Name, "le"];

    private record struct Bucket(double Edge, double Count);

    public static List<Row> Of(double[] quantiles, List<Row> rows)
    {
        var groups = new Dictionary<LabelSet, List<(double Edge, double[] Values)>>();
        foreach (var row in rows)
        {
            if (NumberText.Float(row.Labels.Get("le")) is not { } edge) continue;
            var key = row.Labels.Drop(NotOfGroup);
            if (groups.TryGetValue(key, out var group)) group.Add((edge, row.Values));
            else groups.Add(key, [(edge, row.Values)]);
        }
        var results = new List<Row>(groups.Count);
        foreach (var (labels, group) in groups)
        {
            group.Sort((a, b) => a.Edge.CompareTo(b.Edge));
            var (values, buckets) = (Row.Nothing(quantiles.Length), new Bucket[group.Count]);
            for (var at = 0; at < values.Length; at++)
            {
                var count = 0;
                foreach (var (edge, counts) in group)
                    if (!Row.IsAbsent(counts[at])) buckets[count++] = new(edge, counts[at]);
                if (count > 0) values[at] = Of(quantiles[at], buckets.AsSpan(0, count));
            }
            results.Add(new(labels, values));
        }
        return results;
    }

    private static double Of(double quantile, Span<Bucket> buckets)
    {
        if (double.IsNaN(quantile)) return double.NaN;
        if (quantile < 0) return double.NegativeInfinity;
        if (quantile > 1) return double.PositiveInfinity;
        if (!double.IsPositiveInfinity(buckets[^1].Edge)) return double.NaN;
        buckets = Rising(buckets);
        var all = buckets[^1].Count;
        if (buckets.Length < 2 || all == 0) return double.NaN;
        var rank = quantile * all;
        var at = 0;
        while (at < buckets.Length - 1 && !(buckets[at].Count >= rank)) at++;
        if (at == buckets.Length - 1) return buckets[^2].Edge;
        if (at == 0 && buckets[0].Edge <= 0) return buckets[0].Edge;
        var (start, end, count) = (0.0, buckets[at].Edge, buckets[at].Count);
        if (at > 0)
        {
            start = buckets[at - 1].Edge;
            count -= buckets[at - 1].Count;
            rank -= buckets[at - 1].Count;
        }
        return start + (end - start) * (rank / count);
    }

    /// <summary>
    /// Buckets of the same edge become one, and no count is below the one before it: they are scraped one after the other.
    /// </summary>
    private static Span<Bucket> Rising(Span<Bucket> buckets)
    {
        var last = 0;
        for (var i = 1; i < buckets.Length; i++)
        {
            if (buckets[i].Edge == buckets[last].Edge) buckets[last].Count += buckets[i].Count;
            else buckets[++last] = buckets[i];
        }
        buckets = buckets[..(last + 1)];
        var most = double.NegativeInfinity;
        for (var i = 0; i < buckets.Length; i++)
        {
            if (buckets[i].Count > most) most = buckets[i].Count;
            else if (buckets[i].Count < most) buckets[i].Count = most;
        }
        return buckets;
    }
}
