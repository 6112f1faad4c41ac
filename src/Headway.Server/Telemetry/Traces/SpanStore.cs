using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Origins;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Records;

namespace Headway.Server.Telemetry.Traces;

/// <summary>Spans: each is counted, and then sampled with its trace. Used under the intake's turn only.</summary>
internal sealed class SpanStore(
    RecordStore records, TelemetryLimits limits, SamplingRules rules, TelemetrySources sources)
{
    private readonly SeenSpans _seen = new();

    public RedTable Red { get; } = new(limits, sources);

    public TailSampling Sampling { get; } = new(records, rules);

    public RecordStore Records => records;

    public void Take(ReadOnlySpan<byte> span, ReadOnlySpan<byte> scope, Resource resource, Taking taking)
    {
        var head = SpanHead.Read(span);
        DropReason? wrong = !head.HasIds ? DropReason.Incomplete
            : head.End > Nanos(taking.Now + limits.Ahead) || head.End < Nanos(taking.Now - limits.Retention)
                || head.Start > long.MaxValue ? DropReason.Skew
            : !_seen.IsNew(head.Trace, head.Span) ? DropReason.Duplicate : null;
        if (wrong is { } reason)
        {
            taking.Drop(reason);
            return;
        }
        Red.Add(resource.Origin, head, taking.Now);
        var entry = new RecordEntry((long)head.Start, head.Duration, head.Trace, head.Span, 0, 0, 0,
            head.IsError ? (byte)1 : (byte)0);
        Sampling.Add(entry, resource, scope, span, taking.Now);
        taking.Taken++;
    }

    private static ulong Nanos(DateTimeOffset at) => (ulong)at.ToUnixTimeMilliseconds() * 1_000_000;
}
