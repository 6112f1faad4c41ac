using Headway.Server.Telemetry.Promql.Evaluation;

namespace Headway.Server.Telemetry.Promql.Aggregations;

/// <summary>Quantiles of single values, between two of them by their weights.</summary>
internal static class Quantiles
{
    public static List<Row> Of(List<Row> rows, Groups groups, double[] quantiles)
    {
        var results = groups.Nothing(quantiles.Length);
        var members = groups.Members();
        var scratch = new double[rows.Count];
        for (var group = 0; group < members.Length; group++)
        {
            for (var at = 0; at < quantiles.Length; at++)
            {
                var count = 0;
                foreach (var row in members[group])
                    if (rows[row].Values[at] is var value && !Row.IsAbsent(value)) scratch[count++] = value;
                if (count > 0) results[group][at] = Of(quantiles[at], scratch.AsSpan(0, count));
            }
        }
        return groups.Rows(results);
    }

    /// <param name="values">Are put in order, those that are no number first.</param>
    public static double Of(double quantile, Span<double> values)
    {
        if (values.IsEmpty || double.IsNaN(quantile)) return double.NaN;
        if (quantile < 0) return double.NegativeInfinity;
        if (quantile > 1) return double.PositiveInfinity;
        values.Sort();
        var rank = quantile * (values.Length - 1);
        var lower = Math.Max(0, Math.Floor(rank));
        var upper = Math.Min(values.Length - 1, lower + 1);
        var weight = rank - Math.Floor(rank);
        return values[(int)lower] * (1 - weight) + values[(int)upper] * weight;
    }
}
