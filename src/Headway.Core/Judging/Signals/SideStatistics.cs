using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging.Signals.Gauges;

namespace Headway.Core.Judging.Signals;

/// <summary>One side of a signal in the current step, for conditions that people write.</summary>
/// <param name="Last">The newest value: the median over the instances of the newest look.</param>
/// <param name="Count">Looks that showed a value.</param>
/// <param name="Trials">Of counts, summed.</param>
/// <param name="Rate">Events of trials; 0 without trials.</param>
public sealed record SideStatistics(
    double Last, double Min, double Max, double Mean, double Median, double P90, int Count,
    double Trials, double Events, double Rate)
{
    public static readonly SideStatistics None = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

/// <summary>Collects them, a look at a time: the newest 512 values, and all counts.</summary>
internal sealed class SideLooks
{
    private const int Most = 512;

    private readonly Queue<double> values = new();
    private double last, trials, events;
    private int count;

    /// <summary>Looks with values or trials.</summary>
    public int Count => count;

    public void Observe(SideReading? side)
    {
        if (side is null) return;
        double[] shown = side.Values.IsDefaultOrEmpty ? [] : [.. side.Values.Where(double.IsFinite)];
        if (shown.Length == 0 && side.Trials <= 0) return;
        count++;
        (trials, events) = (trials + side.Trials, events + side.Events);
        last = shown.Length > 0 ? Middle.Of(shown) : side.Events / side.Trials;
        if (values.Count == Most) values.Dequeue();
        values.Enqueue(last);
    }

    public void Clear()
    {
        values.Clear();
        (last, trials, events, count) = (0, 0, 0, 0);
    }

    public double Median() => Middle.Of((double[])[.. values]);

    public SideStatistics Now()
    {
        if (count == 0) return SideStatistics.None;
        ImmutableArray<double> sorted = [.. values.Order()];
        double[] all = [.. sorted];
        return new(
            last, sorted[0], sorted[^1], sorted.Average(), Middle.Of(all),
            sorted[Math.Clamp((int)Math.Ceiling(0.9 * sorted.Length) - 1, 0, sorted.Length - 1)],
            count, trials, events, trials > 0 ? events / trials : 0);
    }
}
