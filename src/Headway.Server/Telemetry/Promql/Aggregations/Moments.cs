using Headway.Server.Telemetry.Promql.Evaluation;

namespace Headway.Server.Telemetry.Promql.Aggregations;

/// <summary>Mean and spread, computed one value after the other (Welford), so that large values do not overflow.</summary>
internal static class Moments
{
    public static List<Row> Average(List<Row> rows, Groups groups, int count)
    {
        var (means, seen) = (groups.Nothing(count), Zeros(groups, count));
        for (var i = 0; i < rows.Count; i++)
        {
            var (mean, n, values) = (means[groups.OfRow[i]], seen[groups.OfRow[i]], rows[i].Values);
            for (var at = 0; at < count; at++)
                if (!Row.IsAbsent(values[at])) mean[at] = ++n[at] == 1 ? values[at] : Mean(mean[at], values[at], n[at]);
        }
        return groups.Rows(means);
    }

    public static List<Row> Deviation(List<Row> rows, Groups groups, int count, bool squared)
    {
        var (means, seen, sums) = (groups.Nothing(count), Zeros(groups, count), groups.Nothing(count));
        for (var i = 0; i < rows.Count; i++)
        {
            var group = groups.OfRow[i];
            var (mean, n, sum, values) = (means[group], seen[group], sums[group], rows[i].Values);
            for (var at = 0; at < count; at++)
            {
                if (Row.IsAbsent(values[at])) continue;
                if (++n[at] == 1)
                {
                    (mean[at], sum[at]) = (values[at], 0);
                    continue;
                }
                var delta = values[at] - mean[at];
                mean[at] += delta / n[at];
                sum[at] += delta * (values[at] - mean[at]);
            }
        }
        for (var group = 0; group < sums.Length; group++)
            for (var at = 0; at < count; at++)
                if (!Row.IsAbsent(sums[group][at]))
                    sums[group][at] = squared ? sums[group][at] / seen[group][at] : Math.Sqrt(sums[group][at] / seen[group][at]);
        return groups.Rows(sums);
    }

    /// <summary>A mean that is infinite already stays so, unless it meets the other infinity or no number.</summary>
    private static double Mean(double mean, double value, double n)
    {
        if (double.IsInfinity(mean) && (double.IsFinite(value) || (double.IsInfinity(value) && mean > 0 == value > 0)))
            return mean;
        return mean + (value / n - mean / n);
    }

    private static double[][] Zeros(Groups groups, int count) => [.. groups.Keys.Select(_ => new double[count])];
}
