using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Signals;

namespace Headway.Core.Tests.Judging.Signals;

/// <summary>Looks at one signal by hand, one a second.</summary>
internal sealed class GaugeScene
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly Comparison Sides = new("shop/production", "r1", "r2");
    private readonly SignalJudge judge;
    private int look;

    public GaugeScene(SignalTest test, double alpha = 0.01)
    {
        var spec = new SignalSpec("gauge", new SignalSource.Instances(InstanceMeasure.Memory), test)
        {
            Every = TimeSpan.FromSeconds(1),
        };
        judge = new(spec, new(), Sides, alpha);
        Step();
    }

    public SignalSummary Last { get; private set; } = null!;

    public int Looks => look;

    public void Step() => judge.StepStarted(new(Start.AddSeconds(look), 0.05, 1, TimeSpan.Zero));

    public SignalSummary Look(double? stable, double? candidate) =>
        Look(stable is { } s ? SideReading.Read("r1", s) : null, candidate is { } c ? SideReading.Read("r2", c) : null);

    public SignalSummary Look(SideReading? stable, SideReading? candidate)
    {
        look++;
        judge.Observe(new(Sides.Lane, "gauge", "o", look, Start.AddSeconds(look), stable, candidate));
        return Last = judge.Assess(Start.AddSeconds(look));
    }

    /// <summary>Looks until the candidate is blamed, at most so many; the last verdict.</summary>
    public SignalSummary Many(int most, Func<int, (double Stable, double Candidate)> values)
    {
        for (var i = 0; i < most; i++)
        {
            var (stable, candidate) = values(i);
            if (Look(stable, candidate).Kind == VerdictKind.Rollback) break;
        }

        return Last;
    }
}
