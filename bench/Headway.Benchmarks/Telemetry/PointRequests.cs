using System.Buffers;
using System.Globalization;
using Headway.Server.Telemetry.Otlp;
using Snappier;

namespace Headway.Benchmarks.Telemetry;

/// <summary>
/// The same points as OTLP and as Prometheus' remote write; a request holds those of a hundred services.
/// </summary>
internal static class PointRequests
{
    private const int ServicesOfRequest = 100;
    private static readonly string[] Routes = [.. Enumerable.Range(0, 100).Select(i => $"/api/orders/{i}")];
    private static readonly long Start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    public static IEnumerable<(byte[] Body, int Points)> Otlp(int second, int services, int series,
        string name = "work")
    {
        for (var first = 0; first < services; first += ServicesOfRequest)
        {
            var request = new ArrayBufferWriter<byte>(256 * 1024);
            for (var service = first; service < first + ServicesOfRequest; service++)
                OtlpWriting.Resource(request, service, scope => ProtoWriting.Message(scope, 2, metric =>
                {
                    ProtoWriting.Text(metric, 1, name);
                    ProtoWriting.Message(metric, 5, gauge =>
                    {
                        for (var i = 0; i < series; i++) ProtoWriting.Message(gauge, 1, point =>
                        {
                            OtlpWriting.Fixed(point, 3, (ulong)At(second) * 1_000_000);
                            OtlpWriting.Fixed(point, 4, BitConverter.DoubleToUInt64Bits(Value(second, i)));
                            OtlpWriting.Attribute(point, 7, "http.route", Routes[i]);
                            OtlpWriting.Attribute(point, 7, "http.request.method", "GET");
                        });
                    });
                }));
            yield return (request.WrittenSpan.ToArray(), ServicesOfRequest * series);
        }
    }

    public static IEnumerable<(byte[] Body, int Points)> RemoteWrite(int second, int services, int series)
    {
        for (var first = 0; first < services; first += ServicesOfRequest)
        {
            var request = new ArrayBufferWriter<byte>(256 * 1024);
            for (var service = first; service < first + ServicesOfRequest; service++)
                for (var i = 0; i < series; i++) ProtoWriting.Message(request, 1, one =>
                {
                    (string, string)[] labels =
                    [
                        ("__name__", "work"), ("headway_release_id", $"release-{service}"), ("http_request_method",
                            "GET"),
                        ("http_route", Routes[i]), ("instance", $"{service}-1"), ("job", $"service-{service}"),
                        ("service_instance_id", $"{service}-1"), ("service_name", $"service-{service}"),
                    ];
                    foreach (var (name, value) in labels) ProtoWriting.Message(one, 1, label =>
                    {
                        ProtoWriting.Text(label, 1, name);
                        ProtoWriting.Text(label, 2, value);
                    });
                    ProtoWriting.Message(one, 2, sample =>
                    {
                        OtlpWriting.Fixed(sample, 1, BitConverter.DoubleToUInt64Bits(Value(second, i)));
                        ProtoWriting.Number(sample, 2, (ulong)At(second));
                    });
                });
            yield return (Snappy.CompressToArray(request.WrittenSpan), ServicesOfRequest * series);
        }
    }

    /// <summary>
    /// A round may take less than a second, so that rounds are a second apart in the past or the near future.
    /// </summary>
    private static long At(int second) => Start + second * 1000L;

    private static double Value(int second, int series) => Math.Round(100 * Math.Sin(second * 0.1 + series), 3);
}
