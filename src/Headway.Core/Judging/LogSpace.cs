namespace Headway.Core.Judging;

/// <summary>Sums of numbers that are kept as logarithms.</summary>
public static class LogSpace
{
    public static double Sum(ReadOnlySpan<double> logs)
    {
        var top = double.NegativeInfinity;
        foreach (var log in logs) top = Math.Max(top, log);
        if (double.IsInfinity(top)) return top;
        var sum = 0.0;
        foreach (var log in logs) sum += Math.Exp(log - top);
        return top + Math.Log(sum);
    }

    public static double Sum(double one, double other)
    {
        var top = Math.Max(one, other);
        return double.IsInfinity(top) ? top : top + Math.Log(1 + Math.Exp(Math.Min(one, other) - top));
    }
}
