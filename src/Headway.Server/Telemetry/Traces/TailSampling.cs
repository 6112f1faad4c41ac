using System.Runtime.CompilerServices;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Origins;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Records;

namespace Headway.Server.Telemetry.Traces;

/// <summary>
/// Decides about a trace when its spans have had time to come: failed and slow ones are kept, and of the others a
/// quota of each release. Spans that come later follow the decision, unless they themselves failed or were slow.
/// </summary>
internal sealed class TailSampling(RecordStore store, SamplingRules rules)
{
    private const int DecisionsKept = 50_000;
    private readonly Dictionary<UInt128, PendingTrace> _pending = [];
    private readonly Queue<UInt128> _order = [];
    private readonly Dictionary<UInt128, bool> _decided = [];
    private readonly Queue<UInt128> _decidedOrder = [];
    // They go with their sources.
    private readonly ConditionalWeakTable<TelemetrySource, RateGate> _quotas = [];
    private long _bytes;

    public long PendingBytes => _bytes;

    public void Add(RecordEntry entry, Resource resource, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> span,
        DateTimeOffset now)
    {
        if (_decided.TryGetValue(entry.Trace, out var isKept))
        {
            if (isKept || IsTelling(entry)) store.Add(entry, resource, scope, span);
            else resource.Origin.Source.Drop(DropReason.Sampled);
            return;
        }
        if (!_pending.TryGetValue(entry.Trace, out var trace))
        {
            _pending[entry.Trace] = trace = new(now);
            _order.Enqueue(entry.Trace);
        }
        trace.Spans.Add(new(entry, resource, scope.ToArray(), span.ToArray()));
        trace.IsTelling |= IsTelling(entry);
        _bytes += span.Length + PendingSpan.OwnBytes;
        while (_bytes > rules.PendingBytes && _order.Count > 0) DecideFirst(now);
    }

    public void Decide(DateTimeOffset now, bool all = false)
    {
        while (_order.TryPeek(out var first) && (all || now - _pending[first].FirstAt >= rules.DecideAfter))
            DecideFirst(now);
    }

    /// <summary>What waits for its decision, as segments that can be searched.</summary>
    public IEnumerable<StoredSegment> Pending()
    {
        var segment = new Segment();
        foreach (var span in _pending.Values.SelectMany(trace => trace.Spans))
        {
            if (segment.TryAdd(span.Entry, span.Resource, span.Scope, span.Bytes)) continue;
            yield return new(segment, null);
            segment = new();
            segment.TryAdd(span.Entry, span.Resource, span.Scope, span.Bytes);
        }
        if (!segment.IsEmpty) yield return new(segment, null);
    }

    private bool IsTelling(RecordEntry entry) => entry.Mark != 0 || entry.Duration >= rules.SlowNanos;

    private void DecideFirst(DateTimeOffset now)
    {
        var id = _order.Dequeue();
        _pending.Remove(id, out var trace);
        var isKept = trace!.IsTelling || QuotaOf(trace.Spans[0].Resource.Origin.Source).Pass(now);
        foreach (var span in trace.Spans)
        {
            _bytes -= span.Bytes.Length + PendingSpan.OwnBytes;
            if (isKept) store.Add(span.Entry, span.Resource, span.Scope, span.Bytes);
            else span.Resource.Origin.Source.Drop(DropReason.Sampled);
        }
        _decided[id] = isKept;
        _decidedOrder.Enqueue(id);
        if (_decidedOrder.Count > DecisionsKept) _decided.Remove(_decidedOrder.Dequeue());
    }

    private RateGate QuotaOf(TelemetrySource source) =>
        _quotas.GetValue(source, _ => new(rules.TracesPerSecond));

    private sealed class PendingTrace(DateTimeOffset firstAt)
    {
        public DateTimeOffset FirstAt => firstAt;
        public List<PendingSpan> Spans { get; } = [];
        public bool IsTelling { get; set; }
    }

    private sealed record PendingSpan(RecordEntry Entry, Resource Resource, byte[] Scope, byte[] Bytes)
    {
        public const int OwnBytes = 250;
    }
}

/// <summary>Which traces are kept of those that neither failed nor were slow, and how long a decision waits.</summary>
public sealed record SamplingRules
{
    /// <summary>Of each release of a service.</summary>
    public int TracesPerSecond { get; init; } = 10;

    /// <summary>A trace with a span of this length is slow, and kept.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After the first span of a trace; slower spans of it come after the decision.</summary>
    public TimeSpan DecideAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Spans that wait for a decision; beyond it the oldest trace is decided about at once.</summary>
    public long PendingBytes { get; init; } = 16 * 1024 * 1024;

    internal long SlowNanos => (long)Slow.TotalMilliseconds * 1_000_000;
}
