using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>The times of a query, and of samples, in seconds.</summary>
internal static class Clock
{
    public static double[] Seconds(Grid grid)
    {
        var seconds = new double[grid.Count];
        for (var i = 0; i < seconds.Length; i++) seconds[i] = grid.Time(i) / 1000.0;
        return seconds;
    }

    /// <summary>Of a selector the times of its samples, of anything else the times of the query.</summary>
    public static List<Row> Timestamp(Evaluator evaluator, Expression argument, Grid grid)
    {
        if (argument.Bare is Expression.Selector selector)
            return Elementwise.Of(evaluator.Selection.Instant(selector, grid, ofTime: true), value => value);
        var (rows, seconds) = (evaluator.Rows(argument, grid), Seconds(grid));
        return Elementwise.With(rows, seconds, (_, time) => time);
    }
}
