using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Strategies;

namespace Headway.Core.Judging.Signals;

/// <summary>
/// Instances that carry more users use more CPU and hold more connections, which is no fault of their release. Where an
/// instance of the candidate carries r times the users of one of stable, stable's values are taken r times: what an
/// instance uses is a + b * users, and r * (a + b) is at least a + b * r, so nobody is blamed for the share. Where
/// stable has no users at all there is nothing to compare with.
/// </summary>
public sealed class InstanceLoad(Plan plan, ImmutableArray<SignalSpec> signals)
{
    private readonly ImmutableHashSet<string> names =
    [
        .. signals.Where(s => s.Source is SignalSource.Instances
            { Measure: InstanceMeasure.Cpu or InstanceMeasure.Connections }).Select(s => s.Name),
    ];

    private double ratio = 1;

    /// <param name="index">Of the step in the plan.</param>
    public void StepStarted(int index, JudgeStep step)
    {
        var placed = plan.Steps.Take(index).OfType<Step.Place>().Select(place => place.Instances).LastOrDefault(1);
        var kept = plan.Steps.Take(index).OfType<Step.Retire>().Select(retire => retire.Keep)
            .LastOrDefault(plan.StableInstances);
        ratio = step.Share >= 1 || kept < 1 ? double.PositiveInfinity
            : step.Share / Math.Max(placed, 1) / ((1 - step.Share) / kept);
    }

    /// <summary>The sample as it can be compared; null when it cannot.</summary>
    public SignalSample? AtLikeLoad(SignalSample sample)
    {
        if (ratio <= 1 || !names.Contains(sample.Signal) || sample.Stable is not { } stable) return sample;
        return double.IsInfinity(ratio) ? null
            : sample with { Stable = stable with { Values = [.. stable.Values.Select(value => value * ratio)] } };
    }
}
