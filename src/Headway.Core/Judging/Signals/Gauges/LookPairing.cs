using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Core.Judging.Signals.Gauges;

/// <summary>
/// From the readings of a look to one value of each side: the median over as many instances on both sides, since the
/// median of nine scatters less than one. Of the more numerous the same ones take part at every look, so that both
/// sides remember alike, and never by what they show. Numbers that are none are left out.
/// </summary>
internal sealed class LookPairing
{
    /// <summary>How sure to be that two instances of one release are no further apart than that.</summary>
    private const double Sure = 2.33;

    private const int LeastLooks = 8, MostInstances = 64;

    private double[] sums = [];
    private int summed;

    public bool TryPair(SignalSample sample, out double stable, out double candidate)
    {
        (stable, candidate) = (0, 0);
        var (s, c) = (Usable(sample.Stable), Usable(sample.Candidate));
        if (s.Length == 0 || c.Length == 0) return false;
        Learn(s);
        var count = Math.Min(s.Length, c.Length);
        (stable, candidate) = (Of(s, count), Of(c, count));
        return true;
    }

    /// <summary>
    /// By what factor equal releases may differ because their instances do, judged by how far stable's are apart; 1
    /// where that is not known: with fewer than three, with zero or negative values. Of few instances the spread is badly
    /// known, so it is widened about as Student's distribution is.
    /// </summary>
    public double Spread(int candidates)
    {
        if (sums.Length < 3 || summed < LeastLooks) return 1;
        double mean = 0, variance = 0;
        foreach (var sum in sums) mean += sum / summed / sums.Length;
        foreach (var sum in sums) variance += (sum / summed - mean) * (sum / summed - mean) / (sums.Length - 1);
        var few = 1 + 3.0 / (sums.Length - 1);
        return Math.Exp(Sure * few * Math.Sqrt(variance * (1.0 / Math.Max(candidates, 1) + 1.0 / sums.Length)));
    }

    private void Learn(double[] values)
    {
        if (values.Length > MostInstances || values.Any(v => v <= 0)) return;
        if (values.Length != sums.Length) (sums, summed) = (new double[values.Length], 0);
        for (var i = 0; i < values.Length; i++) sums[i] += Math.Log(values[i]);
        summed++;
    }

    private static double Of(double[] values, int count)
    {
        if (values.Length == 1) return values[0];
        var chosen = new double[count];
        for (var i = 0; i < count; i++) chosen[i] = values[i * values.Length / count];
        return Middle.Of(chosen);
    }

    private static double[] Usable(SideReading? side) =>
        side is null || side.Values.IsDefaultOrEmpty ? [] : [.. side.Values.Where(v => double.IsFinite(v) && Math.Abs(v) < 1e150)];
}
