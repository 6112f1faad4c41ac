using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Origins;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Records;
using Headway.Server.Telemetry.Traces;

namespace Headway.Server.Telemetry.Logs;

/// <summary>Log records, and the templates that their messages come from. Used under the intake's turn only.</summary>
internal sealed class LogStore(RecordStore records, TelemetryLimits limits, TelemetrySources sources)
{
    public LogTemplates Templates { get; } = new(limits, sources);

    public RecordStore Records => records;

    public void Take(ReadOnlySpan<byte> record, ReadOnlySpan<byte> scope, Resource resource, Taking taking)
    {
        ulong at = 0, observed = 0;
        var severity = 0;
        ReadOnlySpan<byte> body = default, trace = default, span = default;
        var reader = new ProtoReader(record);
        while (reader.Next())
            switch (reader.Field)
            {
                case 1: at = reader.ReadFixed64(); break;
                case 11: observed = reader.ReadFixed64(); break;
                case 2: severity = (int)Math.Min(reader.ReadVarint(), 24); break;
                case 5: body = reader.ReadBytes(); break;
                case 9: trace = reader.ReadBytes(); break;
                case 10: span = reader.ReadBytes(); break;
                default: reader.Skip(); break;
            }
        if (at == 0) at = observed;
        if (at == 0) at = Nanos(taking.Now);
        if (at > Nanos(taking.Now + limits.Ahead) || at < Nanos(taking.Now - limits.Retention))
        {
            taking.Drop(DropReason.Skew);
            return;
        }
        Templates.Add(resource.Origin, AttributeReading.TextOf(body), severity, taking.Now);
        records.Add(new((long)at, 0, SpanHead.TraceId(trace), SpanHead.SpanId(span), 0, 0, 0, (byte)severity),
            resource, scope, record);
        taking.Taken++;
    }

    private static ulong Nanos(DateTimeOffset at) => (ulong)at.ToUnixTimeMilliseconds() * 1_000_000;
}
