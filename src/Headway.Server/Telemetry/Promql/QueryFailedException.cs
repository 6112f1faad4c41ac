namespace Headway.Server.Telemetry.Promql;

/// <summary>Kinds of failure, as the API of Prometheus names them.</summary>
public enum FailureKind { BadData, Execution, Timeout, Canceled }

/// <summary>A query that cannot be read or answered, with a sentence for whoever wrote it.</summary>
public sealed class QueryFailedException(FailureKind kind, string says) : Exception(says)
{
    public FailureKind Kind { get; } = kind;

    public static QueryFailedException Execution(string says) => new(FailureKind.Execution, says);
}
