namespace Headway.Server.Telemetry.Promql.Evaluation;

/// <summary>What is left of a query's limits.</summary>
/// <param name="late">Cancelled when the time of the query is up.</param>
/// <param name="stop">Cancelled when nobody waits for the answer any more.</param>
public sealed class Budget(QueryLimits limits, CancellationToken late, CancellationToken stop)
{
    private long _samples;

    public QueryLimits Limits => limits;

    public void Take(long samples)
    {
        _samples += samples;
        if (_samples > limits.Samples)
            throw QueryFailedException.Execution("query processing would load too many samples into memory in query execution");
        Check();
    }

    public void Check()
    {
        if (stop.IsCancellationRequested)
            throw new QueryFailedException(FailureKind.Canceled, "query was canceled in expression evaluation");
        if (late.IsCancellationRequested)
            throw new QueryFailedException(FailureKind.Timeout, "query timed out in expression evaluation");
    }
}
