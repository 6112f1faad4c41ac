using System.Collections.Immutable;

namespace Headway.Core.Judging.Calibrations;

/// <summary>
/// How much more the failures of single seconds scatter than those of independent trials would: 1 is independent, 4
/// means that about four fail together. What both sides share, such as a rate that drifts over minutes, is taken out
/// first by the mean of the minute around.
/// </summary>
/// <param name="Failures">That this rests on.</param>
/// <param name="VarianceToMean">Null with too few failures to say.</param>
/// <param name="NextSecond">Correlation of a second with the next one; 0 is independent.</param>
/// <param name="NextFive">Sum of the correlations with the five seconds after it; taking out the minute makes it -0.1
/// or so.</param>
public sealed record Dispersion(long Failures, double? VarianceToMean, double? NextSecond, double? NextFive)
{
    public const int LeastFailures = 20;

    private const int Around = 30, Lags = 5;

    public static Dispersion OfRequests(ImmutableArray<SecondCounts> counts) =>
        Of([.. counts.Select(c => (double)c.Requests)], [.. counts.Select(c => (double)c.Failures)]);

    public static Dispersion OfClients(ImmutableArray<SecondCounts> counts) =>
        Of([.. counts.Select(c => (double)c.Clients)], [.. counts.Select(c => (double)c.ClientFailures)]);

    private static Dispersion Of(double[] trials, double[] events)
    {
        var failures = (long)events.Sum();
        if (failures < LeastFailures || trials.Length < 2 * Around) return new(failures, null, null, null);
        var residuals = new double[trials.Length];
        double squares = 0, expected = 0, n = 0, k = 0;
        var (from, to) = (0, 0);
        for (var i = 0; i < trials.Length; i++)
        {
            for (; to < trials.Length && to <= i + Around; to++) (n, k) = (n + trials[to], k + events[to]);
            for (; from < i - Around; from++) (n, k) = (n - trials[from], k - events[from]);
            var rate = n > 0 ? Math.Clamp(k / n, 0, 1) : 0;
            residuals[i] = events[i] - trials[i] * rate;
            squares += residuals[i] * residuals[i];
            // The second is part of the mean that it is compared with.
            expected += trials[i] * rate * (1 - rate) * (1 - (n > 0 ? trials[i] / n : 0));
        }

        if (expected <= 0 || squares <= 0) return new(failures, null, null, null);
        var correlations = Enumerable.Range(1, Lags).Select(lag => Correlation(residuals, lag, squares)).ToArray();
        return new(failures, Round(squares / expected), Round(correlations[0]), Round(correlations.Sum()));
    }

    private static double Correlation(double[] residuals, int lag, double squares)
    {
        var sum = 0.0;
        for (var i = 0; i + lag < residuals.Length; i++) sum += residuals[i] * residuals[i + lag];
        return sum / squares;
    }

    private static double Round(double value) => Math.Round(value, 3);
}
