namespace Headway.Server.Telemetry.Promql.Evaluation;

/// <summary>The samples of one series that a range such as `[5m]` holds at one time.</summary>
public readonly ref struct Window(
    ReadOnlySpan<long> times, ReadOnlySpan<double> values, bool falls, long end, long range, long time)
{
    /// <summary>Never none.</summary>
    public ReadOnlySpan<long> Times { get; } = times;

    public ReadOnlySpan<double> Values { get; } = values;

    /// <summary>Some value is below the one before it; told here because it costs nothing while the window slides.</summary>
    public bool Falls { get; } = falls;

    public long Start => End - Range;

    /// <summary>The time of the query with offset and anchor.</summary>
    public long End { get; } = end;

    public long Range { get; } = range;

    /// <summary>The time of the query without them.</summary>
    public long Time { get; } = time;
}

/// <summary>What a range function makes of a window; <see cref="Row.Absent"/> for nothing.</summary>
/// <param name="first">The function's first parameter at this time, 0 when it has none.</param>
/// <param name="second">The second.</param>
public delegate double WindowFunction(in Window window, double first, double second);
