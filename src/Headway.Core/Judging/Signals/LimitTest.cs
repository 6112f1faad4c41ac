using System.Globalization;
using Headway.Core.Evidence;
using Headway.Core.Judging.Signals.Gauges;

namespace Headway.Core.Judging.Signals;

/// <summary>
/// Values against fixed ends, whatever stable does. The median of the candidate's instances counts, once a look; for
/// counts it is the share of bad ones. A candidate that keeps the limit may break it at one look in five, for whatever
/// reason; that it does so more often is tested by <see cref="LimitProcess"/>, which may be looked at as often as
/// wanted. One outlier is never proof, and three looks are the least; constantly beyond, six or seven prove it at 1 %.
/// When stable is proven to break the limit as well, nobody is blamed.
/// </summary>
/// <param name="alpha">Bound on the probability of ever blaming a candidate that keeps the limit.</param>
/// <param name="beta">Bound of the pass test of a step.</param>
internal sealed class LimitTest(SignalTest.Limit limit, double alpha, double beta) : ISignalTest
{
    /// <summary>Looks at the candidate without which nothing is said of a step.</summary>
    private const int LeastLooks = 5;

    /// <summary>Part of the looks at which a value may be beyond the limit.</summary>
    private const double Allowed = 0.2;

    private readonly LimitProcess candidate = new(Allowed, MixtureDesign.Errors);
    private readonly LimitProcess stable = new(Allowed, MixtureDesign.Errors);
    private LimitProcess pass = new(1 - 2 * Allowed, MixtureDesign.Errors);
    private int inStep, looks, beyond, stableLooks, stableBeyond;
    private double? last, lastOfStable;

    public void StepStarted(JudgeStep step)
    {
        inStep = 0;

        // That it is within at more than 60 % of the looks is proof enough that a step may pass; the limit stays watched.
        pass = new(1 - 2 * Allowed, MixtureDesign.Errors);
    }

    public void Observe(SignalSample sample)
    {
        if (ValueOf(sample.Stable) is { } other)
        {
            (lastOfStable, stableLooks) = (other, stableLooks + 1);
            if (IsBeyond(other)) stableBeyond++;
            stable.Apply(1, IsBeyond(other) ? 1 : 0, wakes: true);
        }

        if (ValueOf(sample.Candidate) is not { } value) return;
        (last, looks, inStep) = (value, looks + 1, inStep + 1);
        if (IsBeyond(value)) beyond++;
        candidate.Apply(1, IsBeyond(value) ? 1 : 0, wakes: true);
        pass.Apply(1, IsBeyond(value) ? 0 : 1, wakes: false);
    }

    public SignalFinding Find()
    {
        var (logE, bound) = (candidate.GatedLogE(MetricTest.LeastEvents), Math.Log(1 / alpha));
        var breaks = logE >= bound;

        // Stable is only an excuse, so it needs less than proof: to suspect it is enough.
        var excused = breaks && stable.GatedLogE(MetricTest.LeastEvents) >= Math.Log(1 / beta);
        var kind = excused ? FindingKind.Nobody
            : breaks ? FindingKind.Worse
            : inStep < LeastLooks ? FindingKind.TooLittle
            : logE < Math.Log(2) && pass.LogE >= Math.Log(1 / beta) ? FindingKind.NotWorse
            : FindingKind.Undecided;
        return new(kind, Says(excused), logE, bound)
        {
            Stable = stableLooks > 0 ? new(0, stableBeyond, stableLooks, lastOfStable) : null,
            Candidate = new(0, beyond, looks, last),
        };
    }

    private bool IsBeyond(double value) => value > limit.AtMost || value < limit.AtLeast;

    private static double? ValueOf(SideReading? side)
    {
        if (side is null) return null;
        if (side.Trials > 0) return side.Events / side.Trials;
        if (side.Values.IsDefaultOrEmpty) return null;
        double[] values = [.. side.Values.Where(double.IsFinite)];
        return values.Length == 0 ? null : Middle.Of(values);
    }

    private string Says(bool excused)
    {
        if (last is not { } value) return "the candidate has shown no value yet";
        var ends = (limit.AtLeast, limit.AtMost) switch
        {
            ({ } low, { } high) => $"{Number(low)} to {Number(high)}",
            ({ } low, _) => $"at least {Number(low)}",
            (_, { } high) => $"at most {Number(high)}",
            _ => "anything",
        };
        return $"{Number(value)} where {ends} is allowed, beyond it at {beyond} of {looks} looks"
            + (excused ? $", and stable at {stableBeyond} of {stableLooks}: nobody is blamed" : "");
    }

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
