using System.Collections.Immutable;
using System.Text;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Records;

namespace Headway.Server.Telemetry.Logs;

/// <param name="Scope">Who logged it: the category or logger.</param>
public sealed record LogView(
    DateTimeOffset At, string Severity, string Text, string Service, string Release, string Environment,
    string Instance, string? TraceId, string? SpanId, string Scope,
    ImmutableSortedDictionary<string, string> Attributes)
{
    internal static LogView Of(Segment segment, RecordEntry entry, string text)
    {
        var (scope, record) = segment.Read(entry);
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var attribute in OtlpParts.All(record.Span, 6))
        {
            var (key, value) = AttributeReading.Read(attribute);
            attributes[key] = value;
        }
        var origin = segment.Resources[entry.Resource].Origin;
        return new(Times.At(entry.At), Logs.Severity.Word(entry.Mark), text, origin.Service, origin.Release,
            origin.Environment, origin.Instance, entry.Trace == 0 ? null : $"{entry.Trace:x32}",
            entry.Span == 0 ? null : $"{entry.Span:x16}", Encoding.UTF8.GetString(scope.Span),
                attributes.ToImmutable());
    }
}

/// <param name="Text">Is in the message, in whatever case.</param>
internal sealed record LogSearch(RecordQuestion Question, int Severity, string? Text, int Limit)
{
    /// <summary>The newest first.</summary>
    public IReadOnlyList<LogView> Ask(IReadOnlyList<StoredSegment> segments)
    {
        var found = new List<LogView>();
        foreach (var (segment, entry) in Question.Ask(segments))
        {
            if (entry.Mark < Severity) continue;
            var text = AttributeReading.TextOf(OtlpParts.First(segment.Read(entry).Record.Span, 5));
            if (Text is not null && !text.Contains(Text, StringComparison.OrdinalIgnoreCase)) continue;
            found.Add(LogView.Of(segment, entry, text));
            if (found.Count == Limit) break;
        }
        return [.. found.OrderByDescending(log => log.At)];
    }
}
