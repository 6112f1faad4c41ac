using Headway.Core.Evidence;

namespace Headway.Core.Judging.Signals;

/// <summary>From the way a signal is to be judged to what judges it.</summary>
internal static class SignalTests
{
    public static ISignalTest Of(SignalTest test, double alpha, double beta) => test switch
    {
        SignalTest.Seen => new SeenTest(),
        SignalTest.Counts counts => new CountsTest(alpha, beta, counts.LeastTrials ?? CountsTest.EnoughTrials),
        SignalTest.Objective objective => new ObjectiveTest(objective, alpha),
        SignalTest.Gauge gauge => new GaugeTest(gauge, alpha, beta),
        SignalTest.Limit limit => new LimitTest(limit, alpha, beta),
        SignalTest.Condition condition => new ConditionTest(condition, alpha),
        _ => throw new InvalidOperationException($"No arm for {test.GetType().Name}."),
    };
}
