namespace Headway.Core.Judging.Signals.Gauges;

/// <summary>
/// Mann and Whitney's test of one sample against another, one-sided: does the candidate tend to be higher? Exact where
/// no two values are equal, otherwise the normal approximation with the variance corrected for ties and a continuity
/// correction, which is on the safe side at small probabilities. Only ranks count, so it says the same on every scale.
/// </summary>
internal static class RankTest
{
    /// <summary>More values than this on a side are not needed, and the exact distribution is known up to here.</summary>
    public const int Most = 20;

    private static readonly Lazy<double[]>[] Tails =
        [.. Enumerable.Range(0, Most + 1).Select(n => new Lazy<double[]>(() => TailOf(n)))];

    /// <summary>Probability of so high a candidate, or a higher one, when both sides are alike. As many on both sides.</summary>
    public static double Probability(ReadOnlySpan<double> stable, ReadOnlySpan<double> candidate)
    {
        var n = candidate.Length;
        if (n == 0 || stable.Length != n || n > Most)
            throw new ArgumentException($"{stable.Length} against {n} values; as many on both sides, 1 to {Most}.");
        var u = 0.0;
        var hasTies = false;
        foreach (var c in candidate)
            foreach (var s in stable)
            {
                u += c > s ? 1 : c == s ? 0.5 : 0;
                hasTies |= c == s;
            }

        return hasTies || HasTies(stable) || HasTies(candidate) ? WithTies(stable, candidate, u) : Tails[n].Value[(int)u];
    }

    /// <summary>The shift of Hodges and Lehmann: the median of all differences, the size of the effect.</summary>
    public static double Shift(ReadOnlySpan<double> stable, ReadOnlySpan<double> candidate)
    {
        var differences = new double[stable.Length * candidate.Length];
        var at = 0;
        foreach (var c in candidate)
            foreach (var s in stable) differences[at++] = c - s;
        return Middle.Of(differences);
    }

    private static bool HasTies(ReadOnlySpan<double> values)
    {
        for (var i = 0; i < values.Length; i++)
            for (var j = 0; j < i; j++)
                if (values[i] == values[j]) return true;
        return false;
    }

    private static double WithTies(ReadOnlySpan<double> stable, ReadOnlySpan<double> candidate, double u)
    {
        double n = candidate.Length, all = 2 * n, groups = 0;
        var sorted = new double[candidate.Length * 2];
        stable.CopyTo(sorted);
        candidate.CopyTo(sorted.AsSpan(candidate.Length));
        Array.Sort(sorted);
        for (var i = 0; i < sorted.Length;)
        {
            var end = i;
            while (end < sorted.Length && sorted[end] == sorted[i]) end++;
            double t = end - i;
            groups += t * t * t - t;
            i = end;
        }

        var variance = n * n / 12 * (all + 1 - groups / (all * (all - 1)));
        return variance <= 0 ? 1 : UpperTail((u - n * n / 2 - 0.5) / Math.Sqrt(variance));
    }

    /// <summary>P(U >= u) for n against n, by counting the ways in which each U comes about.</summary>
    private static double[] TailOf(int n)
    {
        // ways[m][u]: arrangements of m candidates and the stable values so far with the sum u.
        var ways = new double[n + 1][];
        for (var m = 0; m <= n; m++) (ways[m] = new double[n * n + 1])[0] = 1;
        for (var stable = 1; stable <= n; stable++)
            for (var m = 1; m <= n; m++)
                for (var u = n * n; u >= 0; u--)
                    ways[m][u] = ways[m][u] + (u >= stable ? ways[m - 1][u - stable] : 0);
        return Accumulated(ways[n], n);
    }

    private static double[] Accumulated(double[] ways, int n)
    {
        var tail = new double[n * n + 1];
        var (sum, all) = (0.0, ways.Sum());
        for (var u = n * n; u >= 0; u--) tail[u] = (sum += ways[u]) / all;
        return tail;
    }

    /// <summary>P(Z >= z) of the normal distribution (Abramowitz and Stegun 26.2.17, off by less than 1e-7).</summary>
    private static double UpperTail(double z)
    {
        if (z < 0) return 1 - UpperTail(-z);
        var t = 1 / (1 + 0.2316419 * z);
        var polynomial = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * polynomial;
    }
}
