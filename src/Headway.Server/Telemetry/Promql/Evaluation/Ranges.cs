using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Evaluation;

/// <summary>Range selectors and subqueries: samples, and the window of them at each time.</summary>
internal static class Ranges
{
    /// <summary>Steps between two looks at the clock.</summary>
    private const int CheckEvery = 256;

    /// <summary>All samples of `x[5m]`, or of `x[5m:1m]`, at the one time of the grid.</summary>
    public static List<Samples> Whole(Evaluator evaluator, Expression range, Grid grid)
    {
        var (samples, milliseconds, shifted) = Load(evaluator, range, grid);
        var (from, to) = (shifted.Start - milliseconds, shifted.Start);
        return [.. samples.Select(s => Between(s, from, to)).Where(s => !s.Times.IsEmpty)];
    }

    /// <summary>Applies a function to the window of each series at each time.</summary>
    public static List<Row> Apply(
        Evaluator evaluator, Expression range, Grid grid, WindowFunction function, double[]? first, double[]? second)
    {
        var (samples, milliseconds, shifted) = Load(evaluator, range, grid);
        var rows = new List<Row>(samples.Count);
        foreach (var series in samples)
        {
            evaluator.Budget.Take(grid.Count);
            var values = GC.AllocateUninitializedArray<double>(grid.Count);
            var times = series.Times.Span;
            var all = series.Values.Span;
            var (low, high, falls, any) = (0, 0, 0, false);
            for (var i = 0; i < grid.Count; i++)
            {
                if (i % CheckEvery == CheckEvery - 1) evaluator.Budget.Check();
                var end = shifted.Time(i);
                for (; high < times.Length && times[high] <= end; high++)
                    if (high > low && all[high] < all[high - 1]) falls++;
                for (; low < high && times[low] < end - milliseconds; low++)
                    if (low + 1 < high && all[low + 1] < all[low]) falls--;
                values[i] = low == high ? Row.Absent : function(
                    new(times[low..high], all[low..high], falls > 0, end, milliseconds, grid.Time(i)), first?[i] ?? 0, second?[i] ?? 0);
                any |= !Row.IsAbsent(values[i]);
            }
            if (any) rows.Add(new(series.Labels, values));
        }
        return rows;
    }

    private static (List<Samples> Samples, long Milliseconds, Grid Shifted) Load(
        Evaluator evaluator, Expression expression, Grid grid) => expression.Bare switch
    {
        Expression.Range e => (
            evaluator.Selection.Ranged(e, grid), e.Milliseconds, evaluator.Selection.Shifted(e.Of.Shift, grid)),
        Expression.Subquery e => Inner(evaluator, e, evaluator.Selection.Shifted(e.Shift, grid)),
        _ => throw new InvalidOperationException("A range function has a range."),
    };

    /// <summary>Inner times are multiples of the inner step, so that they do not move with the query.</summary>
    private static (List<Samples>, long, Grid) Inner(Evaluator evaluator, Expression.Subquery e, Grid shifted)
    {
        var limits = evaluator.Budget.Limits;
        var step = e.StepMilliseconds > 0 ? e.StepMilliseconds : (long)limits.SubqueryStep.TotalMilliseconds;
        var earliest = shifted.Start - e.Milliseconds;
        var start = earliest / step * step;
        if (start < earliest) start += step;
        if (start > shifted.End) return ([], e.Milliseconds, shifted);
        if ((shifted.End - start) / step >= limits.SubquerySteps)
            throw QueryFailedException.Execution($"a subquery has more than {limits.SubquerySteps} steps");
        var inner = Grid.Between(start, shifted.End, step);
        var times = new long[inner.Count];
        for (var i = 0; i < times.Length; i++) times[i] = inner.Time(i);
        evaluator.Budget.Take(times.Length);
        var samples = new List<Samples>();
        foreach (var row in evaluator.Rows(e.Of, inner))
        {
            var present = new Samples(row.Labels, times, row.Values).WithoutStale();
            if (!present.Times.IsEmpty) samples.Add(present);
        }
        return (samples, e.Milliseconds, shifted);
    }

    private static Samples Between(Samples series, long from, long to)
    {
        var times = series.Times.Span;
        var (low, high) = (0, times.Length);
        while (low < high && times[low] < from) low++;
        while (high > low && times[high - 1] > to) high--;
        return series with { Times = series.Times[low..high], Values = series.Values[low..high] };
    }
}
