using System.Buffers;
using Headway.Server.Telemetry.Promql.Aggregations;
using Headway.Server.Telemetry.Promql.Evaluation;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>What can be said of the values of a window.</summary>
internal static class OverTime
{
    public static double Present(in Window window, double first, double second) => 1;

    public static double Sum(ReadOnlySpan<double> values)
    {
        var sum = new CompensatedSum();
        foreach (var value in values) sum.Add(value);
        return double.IsInfinity(sum.Rough) ? sum.Rough : sum.Value;
    }

    public static double Average(ReadOnlySpan<double> values)
    {
        var mean = new CompensatedSum();
        double count = 0;
        foreach (var value in values)
        {
            count++;
            if (double.IsInfinity(mean.Rough)
                && (double.IsFinite(value) || (double.IsInfinity(value) && mean.Rough > 0 == value > 0))) continue;
            mean.Add(value / count - mean.Rough / count);
        }
        return double.IsInfinity(mean.Rough) ? mean.Rough : mean.Value;
    }

    public static double Least(ReadOnlySpan<double> values)
    {
        var least = values[0];
        foreach (var value in values)
            if (value < least || double.IsNaN(least)) least = value;
        return least;
    }

    public static double Most(ReadOnlySpan<double> values)
    {
        var most = values[0];
        foreach (var value in values)
            if (value > most || double.IsNaN(most)) most = value;
        return most;
    }

    public static double Variance(ReadOnlySpan<double> values)
    {
        var (mean, squares, count) = (new CompensatedSum(), new CompensatedSum(), 0.0);
        foreach (var value in values)
        {
            count++;
            var delta = value - mean.Value;
            mean.Add(delta / count);
            squares.Add(delta * (value - mean.Value));
        }
        return squares.Value / count;
    }

    public static double Quantile(ReadOnlySpan<double> values, double quantile)
    {
        var rented = ArrayPool<double>.Shared.Rent(values.Length);
        values.CopyTo(rented);
        var result = Quantiles.Of(quantile, rented.AsSpan(0, values.Length));
        ArrayPool<double>.Shared.Return(rented);
        return result;
    }

    public static double Changes(in Window window)
    {
        var values = window.Values;
        var changes = 0;
        for (var i = 1; i < values.Length; i++)
            if (values[i] != values[i - 1] && !(double.IsNaN(values[i]) && double.IsNaN(values[i - 1]))) changes++;
        return changes;
    }

    public static double Resets(in Window window)
    {
        var values = window.Values;
        var resets = 0;
        for (var i = 1; i < values.Length; i++)
            if (values[i] < values[i - 1]) resets++;
        return resets;
    }
}
