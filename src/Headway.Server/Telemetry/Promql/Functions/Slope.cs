using Headway.Server.Telemetry.Promql.Evaluation;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>How fast a value grows over a window.</summary>
internal static class Slope
{
    /// <summary>
    /// Of `rate`, `increase` and `delta`. What was seen between the first and the last sample is stretched to the ends of
    /// the window where the samples come near enough to them, and by half a distance between samples where they do not.
    /// A counter is not stretched to before it was zero.
    /// </summary>
    public static double Extrapolated(in Window window, bool isCounter, bool isRate)
    {
        var times = window.Times;
        var values = window.Values;
        if (values.Length < 2) return Row.Absent;
        var growth = values[^1] - values[0];
        if (isCounter && window.Falls) growth += LostInResets(values);
        var toStart = (times[0] - window.Start) / 1000.0;
        var toEnd = (window.End - times[^1]) / 1000.0;
        var seen = (times[^1] - times[0]) / 1000.0;
        var between = seen / (values.Length - 1);
        if (isCounter && growth > 0 && values[0] >= 0)
            toStart = Math.Min(toStart, seen * (values[0] / growth));
        var near = between * 1.1;
        var stretched = seen + (toStart < near ? toStart : between / 2) + (toEnd < near ? toEnd : between / 2);
        var factor = stretched / seen;
        if (isRate) factor /= window.Range / 1000.0;
        return growth * factor;
    }

    /// <summary>Of `irate` and `idelta`: the last two samples only.</summary>
    public static double Instant(in Window window, bool isRate)
    {
        var times = window.Times;
        var values = window.Values;
        if (values.Length < 2) return Row.Absent;
        var growth = isRate && values[^1] < values[^2] ? values[^1] : values[^1] - values[^2];
        return isRate ? growth / ((times[^1] - times[^2]) / 1000.0) : growth;
    }

    private static double LostInResets(ReadOnlySpan<double> values)
    {
        double lost = 0, last = 0;
        foreach (var value in values)
        {
            if (value < last) lost += last;
            last = value;
        }
        return lost;
    }
}
