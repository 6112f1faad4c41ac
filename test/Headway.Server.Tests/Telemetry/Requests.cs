using System.Buffers;
using System.Text;
using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Tests.Telemetry;

/// <summary>Requests of OTLP, written field by field from the numbers in its .proto files.</summary>
internal static class Requests
{
    public const string Release = "shop-7-abc1234";

    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    public static byte[] Metric(
        string service, string name, string unit, int kind, Action<IBufferWriter<byte>> data,
            string release = Release) =>
        Request(service, release, scope => ProtoWriting.Message(scope, 2, metric =>
        {
            ProtoWriting.Text(metric, 1, name);
            ProtoWriting.Text(metric, 3, unit);
            ProtoWriting.Message(metric, kind, data);
        }));

    public static byte[] Gauge(string service, string name, params (long At, double Value, string Label)[] points) =>
        Metric(service, name, "", 5, gauge =>
        {
            foreach (var (at, value, label) in points) ProtoWriting.Message(gauge, 1, point =>
                Number(point, at, value, ("label", label)));
        });

    public static byte[] Sum(
        string service, string name, bool isDelta, bool isMonotonic, params (long At, double Value)[] points) =>
        Metric(service, name, "", 7, sum =>
        {
            foreach (var (at, value) in points) ProtoWriting.Message(sum, 1, point => Number(point, at, value));
            ProtoWriting.Number(sum, 2, isDelta ? 1ul : 2ul);
            ProtoWriting.Number(sum, 3, isMonotonic ? 1ul : 0ul);
        });

    public static byte[] Span(string service, UInt128 trace, ulong span, Action<IBufferWriter<byte>>? more = null,
        double milliseconds = 20, bool isError = false, string release = Release, ulong parent = 0, int kind = 2) =>
        Request(service, release, scope => ProtoWriting.Message(scope, 2, into =>
        {
            var end = (ulong)Now * 1_000_000;
            Bytes(into, 1, Convert.FromHexString($"{trace:x32}"));
            Bytes(into, 2, Convert.FromHexString($"{span:x16}"));
            if (parent != 0) Bytes(into, 4, Convert.FromHexString($"{parent:x16}"));
            ProtoWriting.Text(into, 5, "GET /orders");
            ProtoWriting.Number(into, 6, (ulong)kind);
            Fixed(into, 7, end - (ulong)(milliseconds * 1_000_000));
            Fixed(into, 8, end);
            more?.Invoke(into);
            if (isError) ProtoWriting.Message(into, 15, status => ProtoWriting.Number(status, 3, 2));
        }));

    public static byte[] Log(string service, string text, int severity = 9, string release = Release,
        UInt128 trace = default) =>
        Request(service, release, scope => ProtoWriting.Message(scope, 2, into =>
        {
            Fixed(into, 1, (ulong)Now * 1_000_000);
            ProtoWriting.Number(into, 2, (ulong)severity);
            ProtoWriting.Message(into, 5, body => ProtoWriting.Text(body, 1, text));
            if (trace != 0) Bytes(into, 9, Convert.FromHexString($"{trace:x32}"));
        }));

    public static byte[] Request(string service, string release, Action<IBufferWriter<byte>> scope)
    {
        var request = new ArrayBufferWriter<byte>();
        ProtoWriting.Message(request, 1, part =>
        {
            ProtoWriting.Message(part, 1, resource =>
            {
                Attribute(resource, 1, "service.name", service);
                Attribute(resource, 1, "headway.release.id", release);
                Attribute(resource, 1, "service.instance.id", $"{service}-1");
            });
            ProtoWriting.Message(part, 2, scope);
        });
        return request.WrittenSpan.ToArray();
    }

    public static byte[] FromJson(TelemetryKind kind, byte[] json)
    {
        using var into = OtlpBody.Empty(new(new()), new());
        JsonOtlp.ToProtobuf(kind, json, into);
        return into.Bytes.ToArray();
    }

    public static void Number(
        IBufferWriter<byte> point, long at, double value, params (string Name, string Value)[] labels)
    {
        Fixed(point, 3, (ulong)at * 1_000_000);
        Double(point, 4, value);
        foreach (var (name, text) in labels) Attribute(point, 7, name, text);
    }

    public static void Attribute(IBufferWriter<byte> into, int field, string name, string value) =>
        ProtoWriting.Message(into, field, attribute =>
        {
            ProtoWriting.Text(attribute, 1, name);
            ProtoWriting.Message(attribute, 2, any => ProtoWriting.Text(any, 1, value));
        });

    public static void Fixed(IBufferWriter<byte> into, int field, ulong value)
    {
        ProtoWriting.Tag(into, field, ProtoReader.Fixed64);
        ProtoWriting.Fixed64(into, value);
    }

    public static void Double(IBufferWriter<byte> into, int field, double value) =>
        Fixed(into, field, BitConverter.DoubleToUInt64Bits(value));

    public static void Bytes(IBufferWriter<byte> into, int field, byte[] value)
    {
        ProtoWriting.Tag(into, field, ProtoReader.Length);
        ProtoWriting.Bytes(into, value);
    }

    /// <summary>Everything of one name.</summary>
    public static IReadOnlyList<TimeSeries> All(this OtlpServer server, string name, long from = 0) =>
        server.Queries.Select([new("__name__", MatchKind.Equal, name)], from, long.MaxValue);

    public static string Show(this TimeSeries series) => string.Join(' ', series.Values.ToArray());
}
