using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Promql.Evaluation;

/// <summary>Samples of one series in order of time.</summary>
public readonly record struct Samples(LabelSet Labels, ReadOnlyMemory<long> Times, ReadOnlyMemory<double> Values)
{
    /// <summary>Range functions do not see the marks of staleness.</summary>
    public Samples WithoutStale()
    {
        var values = Values.Span;
        var stale = 0;
        foreach (var value in values)
            if (TimeSeries.IsStale(value)) stale++;
        if (stale == 0) return this;
        var (keptTimes, keptValues, at) = (new long[values.Length - stale], new double[values.Length - stale], 0);
        for (var i = 0; i < values.Length; i++)
        {
            if (TimeSeries.IsStale(values[i])) continue;
            keptTimes[at] = Times.Span[i];
            keptValues[at++] = values[i];
        }
        return new(Labels, keptTimes, keptValues);
    }
}
