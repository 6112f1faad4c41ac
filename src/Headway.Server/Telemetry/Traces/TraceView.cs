using System.Collections.Immutable;
using System.Text;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Records;

namespace Headway.Server.Telemetry.Traces;

/// <param name="Spans">In the order in which they began.</param>
public sealed record TraceView(
    string TraceId, DateTimeOffset StartedAt, double Milliseconds, int Errors, ImmutableArray<string> Services,
    ImmutableArray<SpanView> Spans);

/// <param name="Kind">server, client, producer, consumer or internal.</param>
public sealed record SpanView(
    string TraceId, string SpanId, string? ParentSpanId, string Name, string Kind, string Service, string Release,
    string Environment, string Instance, DateTimeOffset StartedAt, double Milliseconds, bool IsError, string? Says,
    ImmutableSortedDictionary<string, string> Attributes, ImmutableArray<SpanEvent> Events)
{
    private static readonly string[] Kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"];

    internal static SpanView Of(Segment segment, RecordEntry entry)
    {
        var span = segment.Read(entry).Record.Span;
        var head = SpanHead.Read(span);
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var attribute in OtlpParts.All(span, 9))
        {
            var (key, value) = AttributeReading.Read(attribute);
            attributes[key] = value;
        }
        var events = ImmutableArray.CreateBuilder<SpanEvent>();
        foreach (var one in OtlpParts.All(span, 11)) events.Add(SpanEvent.Of(one));
        var says = OtlpParts.First(OtlpParts.First(span, 15), 2);
        var origin = segment.Resources[entry.Resource].Origin;
        return new($"{entry.Trace:x32}", $"{entry.Span:x16}", head.Parent == 0 ? null : $"{head.Parent:x16}",
            Encoding.UTF8.GetString(head.Name), Kinds[head.Kind is >= 0 and <= 5 ? head.Kind : 0],
            origin.Service, origin.Release, origin.Environment, origin.Instance,
            Times.At(entry.At), entry.Duration / 1e6, entry.Mark != 0,
            says.IsEmpty ? null : Encoding.UTF8.GetString(says), attributes.ToImmutable(), events.ToImmutable());
    }
}

public sealed record SpanEvent(
    DateTimeOffset At, string Name, ImmutableSortedDictionary<string, string> Attributes)
{
    internal static SpanEvent Of(ReadOnlySpan<byte> bytes)
    {
        ulong at = 0;
        var name = "";
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var reader = new ProtoReader(bytes);
        while (reader.Next())
            if (reader.Field == 1) at = reader.ReadFixed64();
            else if (reader.Field == 2) name = Encoding.UTF8.GetString(reader.ReadBytes());
            else if (reader.Field == 3)
            {
                var (key, value) = AttributeReading.Read(reader.ReadBytes());
                attributes[key] = value;
            }
            else reader.Skip();
        return new(Times.At((long)Math.Min(at, long.MaxValue)), name, attributes.ToImmutable());
    }
}
