namespace Headway.Core.Judging.Signals.Gauges;

/// <summary>
/// Looks at which a side was far out: beyond stable's past median by more than stable has any habit of moving. What
/// counts as far out is settled before the look, by stable alone. Finds what comes and goes (7 of 10 values a hundred
/// times too high), and a leak as soon as it has left stable behind.
/// </summary>
internal sealed class Exceedances
{
    /// <summary>Looks at stable before which nobody knows how it moves.</summary>
    private const int LeastLooks = 16;

    /// <summary>So many times its typical movement. Chosen by simulation, see docs/concepts/judge.md.</summary>
    public const double Far = 6;

    private readonly FailProcess process = new(MixtureDesign.Errors);
    private readonly StableRate rate = new(new(), 0, 0);
    private double? edge;
    private int settledAt;

    public double LogE => process.GatedLogE(MetricTest.LeastEvents);

    public double Events => process.CandidateEvents;

    /// <summary>Judges a look by the edge that its past has set.</summary>
    public void Observe(double stable, double candidate)
    {
        if (edge is not { } end) return;
        var trials = new Trials(1, candidate > end ? 1 : 0, 1, stable > end ? 1 : 0);
        process.Apply(trials, rate.Value);
        rate.Observe(trials);
    }

    /// <summary>Settles the edge for the looks to come; seldom, since it costs time and moves little.</summary>
    public void Settle(LookHistory past)
    {
        if (past.Looks < LeastLooks || past.Looks < settledAt) return;
        settledAt = past.Looks + Math.Max(past.Looks / 16, 1);
        var scale = new Scale(past.Unit);
        Span<double> places = stackalloc double[past.Count];
        scale.Of(past.Stable, places);
        var wander = Wander.Of(places);
        var middle = Middle.Of(places);
        edge = scale.Back(middle + Far * wander);
        if (wander != 0) return;

        // Nothing ever moved: the value itself is the edge, free of rounding.
        edge = past.Stable[0];
    }
}
