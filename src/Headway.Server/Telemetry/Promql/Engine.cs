using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Promql.Syntax;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Promql;

/// <summary>Answers queries of the language of Prometheus over whatever keeps series, within limits.</summary>
public sealed class Engine(SelectSeries select, QueryLimits limits) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(limits.AtOnce, limits.AtOnce);

    public QueryLimits Limits => limits;

    /// <exception cref="QueryFailedException">The query is wrong, takes too much, or takes too long.</exception>
    public Task<Value> AtAsync(string query, long time, TimeSpan? timeout, CancellationToken stop) =>
        RunAsync(Parser.Parse(query), Grid.At(time), timeout, stop);

    /// <summary>At all times of a grid. Series of the answer are in order of their labels.</summary>
    /// <exception cref="QueryFailedException">The query is wrong, takes too much, or takes too long.</exception>
    public async Task<Value> RangeAsync(string query, Grid grid, TimeSpan? timeout, CancellationToken stop)
    {
        var expression = Parser.Parse(query);
        if (expression.Type is not (ResultType.Scalar or ResultType.Vector))
            throw new QueryFailedException(FailureKind.BadData, $"invalid expression type {QuotedText.Of(expression.Type.Says())} "
                + "for range query, must be Scalar or instant Vector");
        var value = await RunAsync(expression, grid, timeout, stop);
        if (value is Value.Scalars scalars) return new Value.Rows([new(LabelSet.Empty, scalars.Values)]);
        ((Value.Rows)value).All.Sort((a, b) => LabelSet.InOrder.Compare(a.Labels, b.Labels));
        return value;
    }

    /// <summary>Labels of the series that fit any of the selectors, or of all series when there is none.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> Series(
        IReadOnlyList<Expression.Selector> selectors, long from, long to)
    {
        IEnumerable<IReadOnlyList<LabelMatcher>> all = selectors.Count == 0 ? [[]] : selectors.Select(s => (IReadOnlyList<LabelMatcher>)s.Matchers);
        return all.SelectMany(matchers => select(matchers, from, to)).Where(s => !s.Times.IsEmpty).Select(s => s.Labels);
    }

    public void Dispose() => _turns.Dispose();

    private async Task<Value> RunAsync(Expression expression, Grid grid, TimeSpan? timeout, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(timeout is { } wanted && wanted < limits.Timeout ? wanted : limits.Timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            await _turns.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            throw stop.IsCancellationRequested
                ? new QueryFailedException(FailureKind.Canceled, "query was canceled in query queue")
                : new QueryFailedException(FailureKind.Timeout, "query timed out in query queue");
        }
        try
        {
            var budget = new Budget(limits, late.Token, stop);
            var evaluator = new Evaluator(new(select, budget, grid), budget);
            return Trimmed(evaluator.Of(expression, grid));
        }
        finally
        {
            _turns.Release();
        }
    }

    private Value Trimmed(Value value)
    {
        if (value is not Value.Rows rows) return value;
        rows.All.RemoveAll(row => row.IsEmpty);
        return rows.All.Count <= limits.Series ? value
            : throw QueryFailedException.Execution($"the answer has {rows.All.Count} series, more than {limits.Series}");
    }
}
