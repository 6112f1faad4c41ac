using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Logs;
using Headway.Server.Telemetry.Origins;
using Headway.Server.Telemetry.Records;
using Headway.Server.Telemetry.Traces;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>Reads requests of spans and of log records into their stores.</summary>
internal sealed class RecordsReading(OriginTable origins, SpanStore spans, LogStore logs, TelemetryLimits limits)
{
    public void ReadSpans(ReadOnlySpan<byte> request, DateTimeOffset now, Rejections rejected)
    {
        foreach (var part in OtlpParts.All(request, 1))
        {
            if (ResourceOf(part, rejected) is not { } resource) continue;
            var taking = new Taking(resource.Origin, now, rejected);
            foreach (var scope in OtlpParts.All(part, 2))
            {
                var name = OtlpParts.First(OtlpParts.First(scope, 1), 1);
                foreach (var span in OtlpParts.All(scope, 2))
                    if (Wrong(span, taking) is { } wrong) taking.Drop(wrong);
                    else spans.Take(span, name, resource, taking);
            }
            resource.Origin.Source.Take(TelemetryKind.Traces, taking.Taken, resource.Origin.Environment, now);
        }
        spans.Sampling.Decide(now);
    }

    public void ReadLogs(ReadOnlySpan<byte> request, DateTimeOffset now, Rejections rejected)
    {
        foreach (var part in OtlpParts.All(request, 1))
        {
            if (ResourceOf(part, rejected) is not { } resource) continue;
            var taking = new Taking(resource.Origin, now, rejected);
            foreach (var scope in OtlpParts.All(part, 2))
            {
                var name = OtlpParts.First(OtlpParts.First(scope, 1), 1);
                foreach (var record in OtlpParts.All(scope, 2))
                    if (Wrong(record, taking) is { } wrong) taking.Drop(wrong);
                    else logs.Take(record, name, resource, taking);
            }
            resource.Origin.Source.Take(TelemetryKind.Logs, taking.Taken, resource.Origin.Environment, now);
        }
    }

    private DropReason? Wrong(ReadOnlySpan<byte> record, Taking taking) =>
        record.Length > limits.RecordBytes ? DropReason.Size
        : taking.Origin.Quota.Rate.Pass(taking.Now) ? null : DropReason.Rate;

    private Resource? ResourceOf(ReadOnlySpan<byte> part, Rejections rejected)
    {
        var bytes = OtlpParts.First(part, 1);
        if (origins.Find(bytes) is { } resource) return resource;
        var count = 0;
        foreach (var scope in OtlpParts.All(part, 2))
            foreach (var _ in OtlpParts.All(scope, 2)) count++;
        rejected.Add(origins.SourceOf(bytes), DropReason.TooManyOrigins, count);
        return null;
    }
}
