using System.Globalization;
using Headway.Core.Evidence;
using Headway.Core.Judging.Signals.Gauges;

namespace Headway.Core.Judging.Signals;

/// <summary>
/// Values of both sides, read at the same time: CPU, memory, the length of a queue, orders a minute. Candidate and
/// stable are compared by their ranks, by how often one is far out, and pair by pair; each part says the same whatever
/// the unit is, and all together blame a candidate that is no worse than the tolerance with a probability of at most
/// alpha, however often somebody looks. What that rests on: docs/concepts/judge.md.
/// </summary>
internal sealed class GaugeTest : ISignalTest
{
    /// <summary>Looks at both sides without which nothing is said of a step.</summary>
    private const int LeastLooks = 8;

    private readonly SignalTest.Gauge test;
    private readonly double beta;
    private readonly Direction[] directions;
    private readonly LookPairing pairing = new();
    private readonly SideLooks stableLooks = new(), candidateLooks = new();
    private SideSummary? stableNow, candidateNow;
    private double lastStable, lastCandidate;
    private int inStep;

    /// <param name="alpha">Bound on the probability of ever blaming a candidate that is no worse.</param>
    /// <param name="beta">Bound of the pass test of a step.</param>
    public GaugeTest(SignalTest.Gauge test, double alpha, double beta)
    {
        (this.test, this.beta) = (test, beta);
        directions = test.Worse switch
        {
            Worse.Higher => [new(1, alpha)],
            Worse.Lower => [new(-1, alpha)],
            _ => [new(1, alpha / 2), new(-1, alpha / 2)],
        };
    }

    public void StepStarted(JudgeStep step)
    {
        inStep = 0;
        foreach (var direction in directions) direction.StepStarted();
    }

    public void Observe(SignalSample sample)
    {
        stableLooks.Observe(sample.Stable);
        candidateLooks.Observe(sample.Candidate);
        (stableNow, candidateNow) = (null, null);
        if (!pairing.TryPair(sample, out var stable, out var candidate)) return;
        inStep++;
        var factor = (1 + Math.Max(test.Tolerance, 0)) * pairing.Spread(sample.Candidate!.Values.Length);
        foreach (var direction in directions) direction.Observe(stable, candidate, factor, test.Least);
        (lastStable, lastCandidate) = (stable, candidate);
    }

    public SignalFinding Find()
    {
        var worst = directions.MaxBy(d => d.LogE - d.Bound)!;
        var grows = directions.Any(d => Growth.IsSteady(d.History));
        var logE = grows ? Math.Max(worst.LogE, Math.Log(2)) : worst.LogE;
        var kind = worst.IsWorse ? FindingKind.Worse
            : inStep < LeastLooks ? FindingKind.TooLittle
            : logE < Math.Log(2) && directions.All(d => d.LogPass >= Math.Log(1 / beta)) ? FindingKind.NotWorse
            : FindingKind.Undecided;
        return new(kind, Says(worst, grows), logE, worst.Bound)
        {
            Stable = stableNow ??= Summary(stableLooks),
            Candidate = candidateNow ??= Summary(candidateLooks),
        };
    }

    private static SideSummary? Summary(SideLooks looks) =>
        looks.Count == 0 ? null : new(0, 0, looks.Count, looks.Median());

    private string Says(Direction worst, bool grows)
    {
        if (worst.History.Looks == 0) return "both sides have not been seen at one time yet";
        return $"{Number(lastCandidate)} with the candidate, {Number(lastStable)} with stable, after "
            + $"{worst.History.Looks} looks" + (grows ? "; the candidate grows steadily while stable does not" : "");
    }

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 1e12 or (> 0 and < 1e-3) => value.ToString("0.00e0", CultureInfo.InvariantCulture),
        >= 1e9 => (value / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + " G",
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        >= 1e4 => (value / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + " k",
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
