namespace Headway.Server.Signals.Stores;

/// <summary>
/// Whole minutes between two looks. It is a function of the times of the looks alone, so that looks of one server and
/// of the next fit together: no minute is missing, none is counted twice.
/// </summary>
internal static class StoreWindow
{
    /// <summary>How old the newest value of a gauge may be.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(5);

    public static (DateTimeOffset From, DateTimeOffset To) Of(SignalQuestion question, TimeSpan late, bool isCounted)
    {
        var to = Minute(question.At - late);
        var first = Minute(question.Began + TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        var from = !isCounted ? to - Freshness : question.Since is { } since ? Minute(since - late) : first;
        return (from < first ? first : from, to);
    }

    private static DateTimeOffset Minute(DateTimeOffset at) =>
        new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}
