using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>Which code a function is.</summary>
internal static class Calls
{
    public static Value Of(Evaluator evaluator, Expression.Call e, Grid grid)
    {
        List<Row> Rows(int index) => evaluator.Rows(e.Arguments[index], grid);
        double[] Number(int index) => evaluator.Scalars(e.Arguments[index], grid);
        string Words(int index) => evaluator.Words(e.Arguments[index], grid);
        return e.Function.Name switch
        {
            "pi" => new Value.Scalars(Evaluator.Constant(Math.PI, grid.Count)),
            "time" => new Value.Scalars(Clock.Seconds(grid)),
            "scalar" => new Value.Scalars(ToScalar(Rows(0), grid.Count)),
            "vector" => new Value.Rows([new(Labels.LabelSet.Empty, Number(0))]),
            "timestamp" => new Value.Rows(Clock.Timestamp(evaluator, e.Arguments[0], grid)),
            "absent" => new Value.Rows(Absence.Of(Rows(0), e.Arguments[0], grid.Count)),
            "absent_over_time" => new Value.Rows(Absence.Of(
                Ranges.Apply(evaluator, e.Arguments[0], grid, OverTime.Present, null, null), e.Arguments[0], grid.Count)),
            "sort" => new Value.Rows(Sorting.Of(Rows(0), descending: false)),
            "sort_desc" => new Value.Rows(Sorting.Of(Rows(0), descending: true)),
            "label_replace" => new Value.Rows(LabelFunctions.Replace(Rows(0), Words(1), Words(2), Words(3), Words(4))),
            "label_join" => new Value.Rows(LabelFunctions.Join(
                Rows(0), Words(1), Words(2), [.. Enumerable.Range(3, e.Arguments.Length - 3).Select(Words)])),
            "histogram_quantile" => new Value.Rows(BucketQuantile.Of(Number(0), Rows(1))),
            // These three read native histograms, of which there are none here.
            "histogram_count" or "histogram_sum" or "histogram_fraction" => Nothing(evaluator, e, grid),
            "clamp" => new Value.Rows(Elementwise.Clamp(Rows(0), Number(1), Number(2))),
            "clamp_min" => new Value.Rows(Elementwise.With(Rows(0), Number(1), Elementwise.Most)),
            "clamp_max" => new Value.Rows(Elementwise.With(Rows(0), Number(1), Elementwise.Least)),
            "round" => new Value.Rows(Elementwise.With(
                Rows(0), e.Arguments.Length > 1 ? Number(1) : Evaluator.Constant(1, grid.Count), Elementwise.Round)),
            "quantile_over_time" => RangeFunctions.Of(evaluator, e, 1, [e.Arguments[0]], grid),
            _ when e.Function.Takes[0] == ResultType.Matrix =>
                RangeFunctions.Of(evaluator, e, 0, [.. e.Arguments.Skip(1)], grid),
            _ when Calendar.Find(e.Function.Name) is { } part => new Value.Rows(Elementwise.Of(
                e.Arguments.Length > 0 ? Rows(0) : [new(Labels.LabelSet.Empty, Clock.Seconds(grid))], part)),
            _ => new Value.Rows(Elementwise.Of(Rows(0), Elementwise.Find(e.Function.Name))),
        };
    }

    private static double[] ToScalar(List<Row> rows, int count)
    {
        var (values, seen) = (Evaluator.Constant(double.NaN, count), new int[count]);
        foreach (var row in rows)
            for (var i = 0; i < count; i++)
                if (!Row.IsAbsent(row.Values[i])) values[i] = ++seen[i] == 1 ? row.Values[i] : double.NaN;
        return values;
    }

    private static Value.Rows Nothing(Evaluator evaluator, Expression.Call e, Grid grid)
    {
        evaluator.Of(e.Arguments[^1], grid);
        return new([]);
    }
}
