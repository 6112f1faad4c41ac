using System.Text.Json.Serialization;

namespace Headway.Server.Telemetry.Series;

[JsonConverter(typeof(JsonStringEnumConverter<MetricKind>))]
public enum MetricKind { Gauge, Counter, Histogram, Summary }

/// <summary>A metric by its name in the manner of Prometheus.</summary>
internal sealed class MetricFamily(int id, string name, MetricKind kind, string unit)
{
    public int Id => id;
    public string Name => name;
    public MetricKind Kind => kind;
    public string Unit => unit;
    public List<PointStream> Streams { get; } = [];
}
