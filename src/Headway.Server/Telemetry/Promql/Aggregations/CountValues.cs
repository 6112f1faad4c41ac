using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Aggregations;

/// <summary>`count_values("version", x)`: how many series have each value, which becomes a label.</summary>
internal static class CountValues
{
    public static List<Row> Of(Evaluator evaluator, Expression.Aggregate e, Grid grid)
    {
        var label = evaluator.Words(e.Parameter!, grid);
        if (!LabelNames.IsOne(label)) throw QueryFailedException.Execution($"invalid label name {QuotedText.Of(label)}");
        var rows = evaluator.Rows(e.Of, grid);
        string[] names = e.Without ? [.. e.Labels, LabelSet.Name] : [.. e.Labels];
        var counts = new Dictionary<LabelSet, double[]>();
        foreach (var row in rows)
        {
            var group = e.Without ? row.Labels.Drop(names) : row.Labels.Keep(names);
            for (var at = 0; at < grid.Count; at++)
            {
                if (Row.IsAbsent(row.Values[at])) continue;
                var key = group.With(label, Http.GoFloat.Plain(row.Values[at]));
                if (!counts.TryGetValue(key, out var count))
                {
                    evaluator.Budget.Take(grid.Count);
                    counts.Add(key, count = Row.Nothing(grid.Count));
                }
                count[at] = Row.IsAbsent(count[at]) ? 1 : count[at] + 1;
            }
        }
        return [.. counts.Select(pair => new Row(pair.Key, pair.Value))];
    }
}
