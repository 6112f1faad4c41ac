namespace Headway.Core.Judging.Signals.Gauges;

/// <summary>
/// The scale on which distances between values of a gauge are measured: logarithmic where values are large beside the
/// unit, linear near zero, so that it knows zero and negative values too (the inverse hyperbolic sine). It keeps the
/// order of values.
/// </summary>
/// <param name="Unit">In the unit of the values; 0 when stable has never shown anything but zero.</param>
internal readonly record struct Scale(double Unit)
{
    public double Of(double value) => Unit > 0 ? Math.Asinh(value / Unit) : Math.Sign(value);

    public double Back(double place) => Unit > 0 ? Math.Sinh(Math.Min(place, 700)) * Unit : 0;

    public void Of(ReadOnlySpan<double> values, Span<double> places)
    {
        for (var i = 0; i < values.Length; i++) places[i] = Of(values[i]);
    }
}
