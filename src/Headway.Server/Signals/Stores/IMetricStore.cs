using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Server.Connections;

namespace Headway.Server.Signals.Stores;

/// <summary>A store of metrics that is filled by the minute and asked for whole minutes.</summary>
internal interface IMetricStore
{
    ConnectionKind Kind { get; }

    /// <summary>How late numbers may come in; a minute is asked for only when it is that old.</summary>
    TimeSpan Late { get; }

    bool Reads(SignalSource source);

    /// <summary>Never throws for what the store does.</summary>
    Task<StoreAnswer> AskAsync(Connection connection, StoreQuery query, CancellationToken stop);
}

/// <param name="Text">Filled in.</param>
/// <param name="IsCounter">Numbers of each minute are asked for; otherwise the value itself.</param>
/// <param name="From">A whole minute.</param>
/// <param name="To">A whole minute, which itself does not belong to it.</param>
internal sealed record StoreQuery(string Text, bool IsCounter, DateTimeOffset From, DateTimeOffset To);

/// <param name="Problem">A clause that begins in lower case, or null.</param>
internal sealed record StoreAnswer(ImmutableArray<StoreSeries> Series, string? Problem)
{
    public static StoreAnswer Failed(string problem) => new([], problem);
}

/// <param name="Points">When the time begins that a number is of, and the number.</param>
internal sealed record StoreSeries(ImmutableArray<(DateTimeOffset At, double Value)> Points);
