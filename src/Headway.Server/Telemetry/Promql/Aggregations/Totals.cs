using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Aggregations;

/// <summary>Aggregations that need only what was so far: sum, count, min, max, group.</summary>
internal static class Totals
{
    public static List<Row> Of(AggregationKind kind, List<Row> rows, Groups groups, int count)
    {
        var totals = groups.Nothing(count);
        for (var i = 0; i < rows.Count; i++)
        {
            var (total, values) = (totals[groups.OfRow[i]], rows[i].Values);
            for (var at = 0; at < count; at++)
                if (!Row.IsAbsent(values[at]))
                    total[at] = Row.IsAbsent(total[at]) ? First(kind, values[at]) : Next(kind, total[at], values[at]);
        }
        return groups.Rows(totals);
    }

    private static double First(AggregationKind kind, double value) =>
        kind is AggregationKind.Count or AggregationKind.Group ? 1 : value;

    private static double Next(AggregationKind kind, double total, double value) => kind switch
    {
        AggregationKind.Sum => total + value,
        AggregationKind.Count => total + 1,
        AggregationKind.Min => total > value || double.IsNaN(total) ? value : total,
        AggregationKind.Max => total < value || double.IsNaN(total) ? value : total,
        _ => total,
    };
}
