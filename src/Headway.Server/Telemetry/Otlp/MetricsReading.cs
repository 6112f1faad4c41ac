using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Origins;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>Reads a request of metrics straight into the store.</summary>
internal sealed class MetricsReading(OriginTable origins, MetricStore store, TelemetryLimits limits)
{
    private readonly PointWriting _points = new(store, limits);

    public void Read(ReadOnlySpan<byte> request, DateTimeOffset now, Rejections rejected)
    {
        var reader = new ProtoReader(request);
        while (reader.Next())
            if (reader.Field == 1) ReadResource(reader.ReadBytes(), now, rejected);
            else reader.Skip();
        store.Trim();
    }

    private void ReadResource(ReadOnlySpan<byte> resourceMetrics, DateTimeOffset now, Rejections rejected)
    {
        var bytes = OtlpParts.First(resourceMetrics, 1);
        if (origins.Find(bytes) is not { } resource)
        {
            rejected.Add(origins.SourceOf(bytes), DropReason.TooManyOrigins, CountPoints(resourceMetrics));
            return;
        }
        var taking = new Taking(resource.Origin, now, rejected);
        foreach (var scope in OtlpParts.All(resourceMetrics, 2))
            foreach (var metric in OtlpParts.All(scope, 2)) ReadMetric(metric, taking);
        resource.Origin.Source.Take(TelemetryKind.Metrics, taking.Taken, resource.Origin.Environment, now);
    }

    private void ReadMetric(ReadOnlySpan<byte> metric, Taking taking)
    {
        ReadOnlySpan<byte> name = default, unit = default, data = default;
        var kind = 0;
        var reader = new ProtoReader(metric);
        while (reader.Next())
            switch (reader.Field)
            {
                case 1: name = reader.ReadBytes(); break;
                case 3: unit = reader.ReadBytes(); break;
                case 5 or 7 or 9 or 10 or 11:
                    kind = reader.Field;
                    data = reader.ReadBytes();
                    break;
                default: reader.Skip(); break;
            }
        if (kind == 0) return;
        var (isDelta, isMonotonic) = Temporality(data);
        var stored = kind switch
        {
            7 when isMonotonic => MetricKind.Counter, 9 or 10 => MetricKind.Histogram, 11 => MetricKind.Summary,
            _ => MetricKind.Gauge,
        };
        var family = name.IsEmpty ? null : store.FamilyOf(name, unit, stored);
        foreach (var point in OtlpParts.All(data, 1))
            if (family is null) taking.Drop(name.IsEmpty ? DropReason.Incomplete : DropReason.TooManyMetrics);
            else if (kind is 5 or 7) _points.Number(point, family, isDelta, taking);
            else if (kind == 9) _points.Histogram(point, family, isDelta, taking);
            else if (kind == 10) _points.Exponential(point, family, isDelta, taking);
            else _points.Summary(point, family, taking);
    }

    private static (bool IsDelta, bool IsMonotonic) Temporality(ReadOnlySpan<byte> data)
    {
        bool isDelta = false, isMonotonic = false;
        var reader = new ProtoReader(data);
        while (reader.Next())
            if (reader is { Field: 2, Wire: ProtoReader.Varint }) isDelta = reader.ReadVarint() == 1;
            else if (reader is { Field: 3, Wire: ProtoReader.Varint }) isMonotonic = reader.ReadVarint() != 0;
            else reader.Skip();
        return (isDelta, isMonotonic);
    }

    private static int CountPoints(ReadOnlySpan<byte> resourceMetrics)
    {
        var count = 0;
        foreach (var scope in OtlpParts.All(resourceMetrics, 2))
            foreach (var metric in OtlpParts.All(scope, 2))
                foreach (var kind in new[] { 5, 7, 9, 10, 11 })
                    foreach (var data in OtlpParts.All(metric, kind))
                        foreach (var _ in OtlpParts.All(data, 1)) count++;
        return count;
    }
}

/// <summary>The points of one origin in one request.</summary>
internal sealed class Taking(Origin origin, DateTimeOffset now, Rejections rejected)
{
    public Origin Origin => origin;
    public DateTimeOffset Now => now;
    public int Taken { get; set; }

    public void Drop(DropReason reason) => rejected.Add(origin.Source, reason);
}
