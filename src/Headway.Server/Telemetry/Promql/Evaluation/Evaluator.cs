using Headway.Server.Telemetry.Promql.Aggregations;
using Headway.Server.Telemetry.Promql.Functions;
using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Promql.Operators;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Evaluation;

/// <summary>
/// What a query is worth. Each expression is computed at all times at once, series by series, so that nothing is
/// allocated for a sample.
/// </summary>
public sealed class Evaluator(Selection selection, Budget budget)
{
    public Budget Budget => budget;

    public Selection Selection => selection;

    public Value Of(Expression expression, Grid grid)
    {
        budget.Check();
        return expression switch
        {
            Expression.Number e => new Value.Scalars(Constant(e.Value, grid.Count)),
            Expression.Text e => new Value.Words(e.Value),
            Expression.Parenthesis e => Of(e.Of, grid),
            Expression.Selector e => new Value.Rows(selection.Instant(e, grid)),
            Expression.Signed e => Signed(e, grid),
            Expression.Binary e => Binary(e, grid),
            Expression.Aggregate e => new Value.Rows(Aggregation.Of(this, e, grid)),
            Expression.Call e => Calls.Of(this, e, grid),
            Expression.Range or Expression.Subquery => new Value.Raw(Ranges.Whole(this, expression, grid)),
            _ => throw new InvalidOperationException($"{expression.GetType().Name} has no value."),
        };
    }

    public List<Row> Rows(Expression expression, Grid grid) => ((Value.Rows)Of(expression, grid)).All;

    public double[] Scalars(Expression expression, Grid grid) => ((Value.Scalars)Of(expression, grid)).Values;

    public string Words(Expression expression, Grid grid) => ((Value.Words)Of(expression, grid)).Text;

    private Value Signed(Expression.Signed e, Grid grid)
    {
        var value = Of(e.Of, grid);
        if (!e.Minus) return value;
        if (value is Value.Scalars scalars) return new Value.Scalars(Array.ConvertAll(scalars.Values, v => -v));
        var rows = ((Value.Rows)value).All;
        for (var i = 0; i < rows.Count; i++)
            rows[i] = new(rows[i].Labels.WithoutName(), Array.ConvertAll(rows[i].Values, v => Row.IsAbsent(v) ? v : -v));
        // Unlike with functions, series that become equal are an error even when they never meet.
        if (rows.Select(row => row.Labels).Distinct().Count() < rows.Count) throw QueryFailedException.Execution(Distinct.SameLabels);
        return value;
    }

    private Value Binary(Expression.Binary e, Grid grid)
    {
        var (left, right) = (Of(e.Left, grid), Of(e.Right, grid));
        budget.Take(grid.Count);
        var op = Arithmetic.Read(e.Operator);
        return (left, right) switch
        {
            (Value.Scalars l, Value.Scalars r) => new Value.Scalars(WithScalars.Both(op, l.Values, r.Values)),
            (Value.Rows l, Value.Scalars r) => new Value.Rows(WithScalars.Right(op, e.Bool, l.All, r.Values)),
            (Value.Scalars l, Value.Rows r) => new Value.Rows(WithScalars.Left(op, e.Bool, l.Values, r.All)),
            (Value.Rows l, Value.Rows r) when e.IsSet => new Value.Rows(SetOperators.Of(e, l.All, r.All)),
            (Value.Rows l, Value.Rows r) => new Value.Rows(new VectorMatching(e, op, budget).Of(l.All, r.All)),
            _ => throw new InvalidOperationException("An operator has two scalars or vectors."),
        };
    }

    public static double[] Constant(double value, int count)
    {
        var values = GC.AllocateUninitializedArray<double>(count);
        values.AsSpan().Fill(value);
        return values;
    }
}
