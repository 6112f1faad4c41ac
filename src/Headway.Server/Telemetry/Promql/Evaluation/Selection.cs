using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Promql.Syntax;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Promql.Evaluation;

/// <summary>Takes what selectors name out of whatever keeps series.</summary>
/// <param name="whole">The times of the whole query, for `@ start()` and `@ end()`.</param>
public sealed class Selection(SelectSeries select, Budget budget, Grid whole)
{
    private readonly long _lookBack = (long)budget.Limits.LookBack.TotalMilliseconds;

    /// <summary>The newest value that is not older than the look-back, at each time.</summary>
    /// <param name="ofTime">The time of that sample in seconds instead of its value.</param>
    public List<Row> Instant(Expression.Selector selector, Grid grid, bool ofTime = false)
    {
        var shifted = Shifted(selector.Shift, grid);
        var rows = new List<Row>();
        foreach (var series in Load(selector, shifted.Start - _lookBack - 1, shifted.End))
        {
            budget.Take(grid.Count);
            var values = LookBack(series, shifted, grid.Count, ofTime);
            if (values is not null) rows.Add(new(series.Labels, values));
        }
        return rows;
    }

    /// <summary>All samples that a range sees at any time of the grid, both ends included.</summary>
    public List<Samples> Ranged(Expression.Range range, Grid grid)
    {
        var shifted = Shifted(range.Of.Shift, grid);
        var found = Load(range.Of, shifted.Start - range.Milliseconds - 1, shifted.End);
        for (var i = 0; i < found.Count; i++) found[i] = found[i].WithoutStale();
        found.RemoveAll(series => series.Times.IsEmpty);
        return found;
    }

    /// <summary>The times at which a selector looks: a step of 0 when it always looks at the same.</summary>
    public Grid Shifted(Shift shift, Grid grid) => shift.Anchor switch
    {
        Anchor.None => grid with { Start = grid.Start - shift.Offset },
        Anchor.Start => new(whole.Start - shift.Offset, 0, grid.Count),
        Anchor.End => new(whole.End - shift.Offset, 0, grid.Count),
        _ => new(shift.Time - shift.Offset, 0, grid.Count),
    };

    private List<Samples> Load(Expression.Selector selector, long from, long to)
    {
        budget.Check();
        var found = select(selector.Matchers, from, to);
        if (found.Count > budget.Limits.SelectedSeries)
            throw QueryFailedException.Execution($"a selector finds {found.Count} series, more than {budget.Limits.SelectedSeries}");
        var all = new List<Samples>(found.Count);
        var sorted = true;
        foreach (var series in found)
        {
            budget.Take(series.Times.Length);
            if (series.Times.IsEmpty) continue;
            all.Add(new(LabelSet.Of(series.Labels), series.Times, series.Values));
            sorted = sorted && (all.Count < 2 || LabelSet.InOrder.Compare(all[^2].Labels, all[^1].Labels) <= 0);
        }
        if (!sorted) all.Sort((a, b) => LabelSet.InOrder.Compare(a.Labels, b.Labels));
        return all;
    }

    private double[]? LookBack(Samples series, Grid shifted, int count, bool ofTime)
    {
        var times = series.Times.Span;
        var kept = series.Values.Span;
        var any = false;
        var values = GC.AllocateUninitializedArray<double>(count);
        var at = -1;
        for (var i = 0; i < count; i++)
        {
            var time = shifted.Time(i);
            while (at + 1 < times.Length && times[at + 1] <= time) at++;
            var isThere = at >= 0 && times[at] >= time - _lookBack && !TimeSeries.IsStale(kept[at]);
            values[i] = !isThere ? Row.Absent : ofTime ? times[at] / 1000.0 : kept[at];
            any |= isThere;
        }
        return any ? values : null;
    }
}
