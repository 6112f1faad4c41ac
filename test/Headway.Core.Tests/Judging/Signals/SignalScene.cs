using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Signals;

namespace Headway.Core.Tests.Judging.Signals;

/// <summary>One signal of a rollout by hand, second by second.</summary>
internal sealed class SignalScene
{
    private static readonly Comparison Sides = Scene.Sides;
    private long sequence;

    public SignalScene(SignalSpec spec, double alpha = 0.01, TimeSpan atLeast = default, TimeSpan atMost = default)
    {
        Spec = spec;
        Judge = new(spec, new(), Sides, alpha);
        Judge.StepStarted(new(Now, 0.05, 0.25, atLeast, atMost));
    }

    public static readonly SignalSource Server =
        new SignalSource.Prometheus("http://127.0.0.1:9090", new("bad", "total", null));

    public static SignalSpec Counted => new("payments", Server, new SignalTest.Counts()) { Every = TimeSpan.FromSeconds(5) };

    public SignalSpec Spec { get; }
    public SignalJudge Judge { get; }
    public DateTimeOffset Now { get; private set; } = Scene.Start;

    public SignalSample Sample(SideReading? stable, SideReading? candidate, string? problem = null) =>
        new(Sides.Lane, Spec.Name, "server/1", ++sequence, Now, stable, candidate) { Problem = problem };

    /// <summary>So many looks, one every five seconds, with a verdict each second; stops at a rollback.</summary>
    public SignalSummary Looks(int count, Func<int, SignalSample> look)
    {
        var summary = Judge.Assess(Now);
        for (var i = 0; i < count && summary.Kind != VerdictKind.Rollback; i++)
        {
            Judge.Observe(look(i));
            summary = Wait(5);
        }
        return summary;
    }

    public SignalSummary Wait(int seconds)
    {
        var summary = Judge.Assess(Now);
        for (var i = 0; i < seconds; i++) summary = Judge.Assess(Now = Now.AddSeconds(1));
        return summary;
    }

    public static SideReading Stable(double trials, double events) => SideReading.Counted("r1", trials, events);

    public static SideReading Candidate(double trials, double events) => SideReading.Counted("r2", trials, events);
}
