namespace Headway.Core.Judging.Signals.Gauges;

/// <summary>Medians.</summary>
internal static class Middle
{
    /// <summary>The median; sorts what it is given.</summary>
    public static double Of(Span<double> values)
    {
        if (values.IsEmpty) return 0;
        values.Sort();
        var half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : values[half - 1] + (values[half] - values[half - 1]) / 2;
    }
}
