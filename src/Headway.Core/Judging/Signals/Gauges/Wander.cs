namespace Headway.Core.Judging.Signals.Gauges;

/// <summary>How far a value of stable moves by itself, and how long it remembers where it was.</summary>
internal static class Wander
{
    /// <summary>From so many values on their autocorrelations are known well enough to be summed up.</summary>
    private const int Enough = 64;

    /// <summary>
    /// How far it may have moved within the whole time: the largest typical difference (root of the mean square) over
    /// 1, 2, 4, ... looks, taken further to the whole time by the pace at which the last differences grow with the distance. For
    /// noise around a level that is 1.4 standard deviations, for a random walk it grows with the root of the time, for
    /// a steady climb with the time.
    /// </summary>
    public static double Of(ReadOnlySpan<double> places)
    {
        var (largest, longest, last, before, pace) = (0.0, 1, 0.0, 1.0, 0.0);
        for (var lag = 1; lag < places.Length && (lag == 1 || lag <= places.Length / 4); lag *= 2)
        {
            var sum = 0.0;
            for (var i = lag; i < places.Length; i++) sum += Square(places[i] - places[i - lag]);
            var size = Math.Sqrt(sum / (places.Length - lag));
            if (lag > 1) (pace, before) = (Math.Min(before, PaceOf(last, size)), PaceOf(last, size));
            (last, longest, largest) = (size, lag, Math.Max(largest, size));
        }

        return largest * Math.Pow((double)places.Length / longest, pace);
    }

    /// <summary>The power of the distance with which differences grow: 0 for noise, 0.5 for a random walk.</summary>
    private static double PaceOf(double near, double far) => near > 0 && far > near ? Math.Min(Math.Log2(far / near), 1) : 0;

    /// <summary>
    /// So many values that follow each other are worth one that knows nothing of the others: the sum of the
    /// autocorrelations until they are small, and no less than a first-order process would have whose correlation is
    /// a standard error higher than the measured one. Short samples look less correlated than they are; both are
    /// corrected for that.
    /// </summary>
    public static double Memory(ReadOnlySpan<double> places)
    {
        var n = places.Length;
        if (n < 4) return n;
        var (mean, variance) = (0.0, 0.0);
        foreach (var place in places) mean += place / n;
        foreach (var place in places) variance += Square(place - mean) / n;
        if (variance <= 1e-24 * (1 + mean * mean)) return 1;
        var (sum, first) = (0.0, 0.0);
        for (var lag = 1; lag <= n / 3; lag++)
        {
            var product = 0.0;
            for (var i = lag; i < n; i++) product += (places[i] - mean) * (places[i - lag] - mean);
            var correlation = product / n / variance + 1.0 / n;
            if (lag == 1) first = correlation;
            if (correlation < 0.1) break;
            sum += correlation;
        }

        var upper = Math.Clamp(first + 3 * Math.Max(first, 0) / n + Math.Sqrt(Math.Max(1 - first * first, 0) / n), 0, 0.99);
        return n >= Enough ? 1 + 2 * sum : Math.Max(1 + 2 * sum, (1 + upper) / (1 - upper));
    }

    private static double Square(double value) => value * value;
}
