namespace Headway.Core.Judging.Signals.Gauges;

/// <summary>
/// Does the candidate grow steadily while stable does not? A suspicion and no proof: a process that fills a cache which
/// stable has full looks the same until it stops. What grows past stable is proven by the other tests.
/// </summary>
internal static class Growth
{
    private const int LeastLooks = 24, Parts = 4;

    /// <summary>Of stable's typical value that the candidate must have grown by to be suspected.</summary>
    private const double Notable = 0.1;

    public static bool IsSteady(LookHistory past)
    {
        if (past.Looks < LeastLooks) return false;
        var window = past.Count / 2;
        Span<double> sorted = stackalloc double[window];
        past.Stable[^window..].CopyTo(sorted);
        var typical = Math.Abs(Middle.Of(sorted));
        Span<double> candidate = stackalloc double[Parts], stable = stackalloc double[Parts];
        Floors(past.Candidate[^window..], candidate);
        Floors(past.Stable[^window..], stable);
        for (var i = 1; i < Parts; i++)
            if (candidate[i] <= candidate[i - 1]) return false;
        var (grown, beside) = (candidate[^1] - candidate[0], stable[^1] - stable[0]);
        var goesOn = candidate[3] - candidate[2] >= 0.5 * (candidate[1] - candidate[0]);
        return goesOn && grown > Notable * typical && beside < grown / 4;
    }

    /// <summary>The lowest of each part: what is left after the garbage has been collected.</summary>
    private static void Floors(ReadOnlySpan<double> values, Span<double> floors)
    {
        for (var part = 0; part < Parts; part++)
        {
            var lowest = double.PositiveInfinity;
            foreach (var value in values[(part * values.Length / Parts)..((part + 1) * values.Length / Parts)])
                lowest = Math.Min(lowest, value);
            floors[part] = lowest;
        }
    }
}
