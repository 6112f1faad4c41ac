using Headway.Server.Telemetry.Promql.Evaluation;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>The straight line of least squares through a window.</summary>
internal static class Regression
{
    /// <summary>Of `deriv`. Times are counted from the first sample, so that they stay small.</summary>
    public static double Slope(in Window window) =>
        window.Values.Length < 2 ? Row.Absent : Line(window, window.Times[0]).Slope;

    /// <summary>Of `predict_linear`: where the line will be.</summary>
    public static double Predicted(in Window window, double seconds)
    {
        if (window.Values.Length < 2) return Row.Absent;
        var (slope, at) = Line(window, window.Time);
        return slope * seconds + at;
    }

    private static (double Slope, double AtOrigin) Line(in Window window, long origin)
    {
        var times = window.Times;
        var values = window.Values;
        var (x, y, xy, xx) = (new CompensatedSum(), new CompensatedSum(), new CompensatedSum(), new CompensatedSum());
        var isConstant = true;
        for (var i = 0; i < values.Length; i++)
        {
            isConstant &= values[i] == values[0];
            var time = (times[i] - origin) / 1e3;
            x.Add(time);
            y.Add(values[i]);
            xy.Add(time * values[i]);
            xx.Add(time * time);
        }
        if (isConstant) return double.IsInfinity(values[0]) ? (double.NaN, double.NaN) : (0, values[0]);
        double n = values.Length;
        var slope = (xy.Value - x.Value * y.Value / n) / (xx.Value - x.Value * x.Value / n);
        return (slope, y.Value / n - slope * x.Value / n);
    }
}
