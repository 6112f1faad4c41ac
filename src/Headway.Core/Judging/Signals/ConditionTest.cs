using Headway.Core.Conditions;
using Headway.Core.Evidence;

namespace Headway.Core.Judging.Signals;

/// <summary>
/// A condition that people wrote, over what both sides have shown in this step. It is looked at with every sample; as
/// with a limit, a good candidate may meet it at one look in five, for whatever reason, and that it does so more often
/// is tested by <see cref="LimitProcess"/>. A condition that has no value (a division by zero) says nothing.
/// </summary>
/// <param name="alpha">Bound on the probability of ever blaming a candidate that meets it seldom.</param>
internal sealed class ConditionTest(SignalTest.Condition test, double alpha) : ISignalTest
{
    /// <summary>Looks without which nothing is said of a step.</summary>
    private const int LeastLooks = 5;

    /// <summary>Part of the looks at which it may hold.</summary>
    private const double Allowed = 0.2;

    /// <summary>A look is worth little, and there may be many signals in many lanes.</summary>
    private static readonly ConditionLimits Limits = new(Steps: 10_000, Bytes: 1 << 20);

    private readonly bool asksStable = test.BadWhen.Contains(ConditionSides.Stable, StringComparison.Ordinal);
    private readonly Condition? condition = Condition.Parse(test.BadWhen).Condition;
    private readonly SideLooks stable = new(), candidate = new();
    private readonly LimitProcess holds = new(Allowed, MixtureDesign.Errors);
    private int looks, bad, inStep;
    private string? problem;

    public void StepStarted(JudgeStep step)
    {
        inStep = 0;
        stable.Clear();
        candidate.Clear();
    }

    public void Observe(SignalSample sample)
    {
        stable.Observe(sample.Stable);
        if (sample.Candidate is null) return;
        candidate.Observe(sample.Candidate);
        if (asksStable && stable.Count == 0)
        {
            // Zeros that nobody measured would make almost any candidate look worse.
            problem = "stable has shown nothing in this step";
            return;
        }
        var result = condition?.Evaluate(ConditionSides.Of(stable.Now(), candidate.Now()), Limits);
        problem = result?.Error?.Says;
        if (result?.Value is not ConditionValue.Bool { Is: var isBad }) return;
        (looks, inStep, bad) = (looks + 1, inStep + 1, bad + (isBad ? 1 : 0));
        holds.Apply(1, isBad ? 1 : 0, wakes: true);
    }

    public SignalFinding Find()
    {
        var (logE, bound) = (holds.GatedLogE(MetricTest.LeastEvents), Math.Log(1 / alpha));
        var says = $"`{test.BadWhen}` held at {bad} of {looks} looks"
            + (problem is null ? "" : $", and had no value at the newest: {problem.TrimEnd('.')}");
        var kind = logE >= bound ? FindingKind.Worse
            : inStep < LeastLooks ? FindingKind.TooLittle
            : bad == 0 ? FindingKind.NotWorse : FindingKind.Undecided;
        return new(kind, says, logE, bound)
        {
            Stable = new(0, 0, stable.Count, stable.Count == 0 ? null : stable.Median()),
            Candidate = new(0, bad, looks, candidate.Count == 0 ? null : candidate.Median()),
        };
    }
}
