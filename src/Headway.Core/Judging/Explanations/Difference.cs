namespace Headway.Core.Judging.Explanations;

/// <summary>
/// The difference of two shares with its 95 % interval: Newcombe's, from Wilson's intervals of both (Statistics in
/// Medicine 17, 1998, method 10). Events that come in clusters are worth as many observations as there are clusters.
/// </summary>
public static class Difference
{
    private const double Z = 1.959964;

    public static (double Value, double Low, double High) Of(in Trials trials, double perCluster = 1)
    {
        var (a, lowA, highA) = Wilson(trials.CandidateEvents, trials.CandidateTrials, perCluster);
        var (b, lowB, highB) = Wilson(trials.StableEvents, trials.StableTrials, perCluster);
        var down = Math.Sqrt(Square(a - lowA) + Square(highB - b));
        var up = Math.Sqrt(Square(highA - a) + Square(b - lowB));
        return (a - b, a - b - down, a - b + up);
    }

    /// <summary>A share with Wilson's 95 % interval.</summary>
    public static (double Value, double Low, double High) Wilson(double events, double trials, double perCluster = 1)
    {
        if (trials <= 0) return (0, 0, 1);
        var (p, n) = (events / trials, trials / perCluster);
        var middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
        var half = Z / (1 + Z * Z / n) * Math.Sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
        return (p, Math.Max(0, Math.Min(p, middle - half)), Math.Min(1, Math.Max(p, middle + half)));
    }

    private static double Square(double x) => x * x;
}
