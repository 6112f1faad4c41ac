using Headway.Server.Telemetry.Records;

namespace Headway.Server.Telemetry.Traces;

/// <param name="SlowNanos">Only traces with a span of the question that took as long.</param>
/// <param name="Limit">Traces, at most.</param>
internal sealed record TraceSearch(RecordQuestion Question, bool Errors, long SlowNanos, int Limit)
{
    /// <summary>Spans that are shown of one trace.</summary>
    private const int MostSpans = 1_000;

    /// <summary>The newest traces of which a span fits, each with all of its spans, of whatever service.</summary>
    public IReadOnlyList<TraceView> Ask(IReadOnlyList<StoredSegment> segments)
    {
        var wanted = new List<UInt128>();
        var found = new Dictionary<UInt128, List<SpanView>>();
        foreach (var (_, entry) in Question.Ask(segments))
        {
            if (Errors && entry.Mark == 0 || entry.Duration < SlowNanos || !found.TryAdd(entry.Trace, [])) continue;
            wanted.Add(entry.Trace);
            if (wanted.Count == Limit) break;
        }
        if (wanted.Count == 0) return [];
        var seen = new HashSet<(UInt128, ulong)>();
        foreach (var (segment, entry) in new RecordQuestion(null, null, null, Question.From, Question.To).Ask(segments))
            if (found.TryGetValue(entry.Trace, out var spans) && spans.Count < MostSpans
                && seen.Add((entry.Trace, entry.Span))) spans.Add(SpanView.Of(segment, entry));
        return [.. wanted.Select(trace => View($"{trace:x32}", found[trace]))];
    }

    private static TraceView View(string trace, List<SpanView> spans)
    {
        spans.Sort((a, b) => a.StartedAt.CompareTo(b.StartedAt));
        var start = spans[0].StartedAt;
        var end = spans.Max(span => span.StartedAt.AddMilliseconds(span.Milliseconds));
        return new(trace, start, (end - start).TotalMilliseconds, spans.Count(span => span.IsError),
            [.. spans.Select(span => span.Service).Distinct()], [.. spans]);
    }
}
