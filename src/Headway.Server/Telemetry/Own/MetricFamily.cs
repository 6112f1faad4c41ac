using System.Collections.Immutable;

namespace Headway.Server.Telemetry.Own;

public enum MetricKind { Counter, Gauge, Histogram }

/// <summary>All samples of one name, as Prometheus' text format has them.</summary>
/// <param name="Help">One sentence.</param>
public sealed record MetricFamily(string Name, MetricKind Kind, string Help, ImmutableArray<MetricSample> Samples);

/// <param name="Suffix">`_bucket`, `_sum` or `_count` of a histogram, empty otherwise.</param>
public sealed record MetricSample(string Suffix, ImmutableArray<(string Name, string Value)> Labels, double Value);

/// <summary>Collects the samples of one family.</summary>
internal sealed class FamilyBuilder(string name, MetricKind kind, string help)
{
    private readonly ImmutableArray<MetricSample>.Builder _samples = ImmutableArray.CreateBuilder<MetricSample>();

    public void Add(double value, params ReadOnlySpan<(string, string)> labels) => _samples.Add(new("", [.. labels], value));

    public void Add(Histogram histogram, params ReadOnlySpan<(string, string)> labels)
    {
        foreach (var (edge, count) in histogram.Cumulative()) _samples.Add(new("_bucket", [.. labels, ("le", edge)], count));
        _samples.Add(new("_sum", [.. labels], histogram.Sum));
        _samples.Add(new("_count", [.. labels], histogram.Count));
    }

    public MetricFamily Family() => new(name, kind, help, _samples.ToImmutable());
}
