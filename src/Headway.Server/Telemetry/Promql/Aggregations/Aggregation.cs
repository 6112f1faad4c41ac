using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Aggregations;

/// <summary>`sum by (release_id) (...)` and the like.</summary>
internal static class Aggregation
{
    public static List<Row> Of(Evaluator evaluator, Expression.Aggregate e, Grid grid)
    {
        if (e.Kind == AggregationKind.CountValues) return CountValues.Of(evaluator, e, grid);
        var parameter = e.Parameter is null ? null : evaluator.Scalars(e.Parameter, grid);
        var rows = evaluator.Rows(e.Of, grid);
        var groups = Groups.Of(rows, [.. e.Labels], e.Without);
        evaluator.Budget.Take((long)groups.Keys.Count * grid.Count);
        return e.Kind switch
        {
            AggregationKind.Topk => Ranking.Of(rows, groups, parameter!, top: true),
            AggregationKind.Bottomk => Ranking.Of(rows, groups, parameter!, top: false),
            AggregationKind.Quantile => Quantiles.Of(rows, groups, parameter!),
            AggregationKind.Avg => Moments.Average(rows, groups, grid.Count),
            AggregationKind.Stddev => Moments.Deviation(rows, groups, grid.Count, squared: false),
            AggregationKind.Stdvar => Moments.Deviation(rows, groups, grid.Count, squared: true),
            _ => Totals.Of(e.Kind, rows, groups, grid.Count),
        };
    }
}
