using System.Buffers;
using System.Security.Cryptography;
using Headway.Server.Telemetry.Otlp;

namespace Headway.Benchmarks.Telemetry;

/// <summary>A span and a log record of each service, spread over the last hour.</summary>
internal static class RecordRequests
{
    public static IEnumerable<(byte[] Body, int Points)> Spans(int round, int services)
    {
        var request = new ArrayBufferWriter<byte>(512 * 1024);
        for (var service = 0; service < services; service++)
            OtlpWriting.Resource(request, service, scope => ProtoWriting.Message(scope, 2, span =>
            {
                OtlpWriting.Bytes(span, 1, RandomNumberGenerator.GetBytes(16));
                OtlpWriting.Bytes(span, 2, RandomNumberGenerator.GetBytes(8));
                ProtoWriting.Text(span, 5, "GET /api/orders/{id}");
                ProtoWriting.Number(span, 6, 2);
                OtlpWriting.Fixed(span, 7, At(round));
                OtlpWriting.Fixed(span, 8, At(round) + 20_000_000);
                OtlpWriting.Attribute(span, 9, "http.route", "/api/orders/{id}");
                // Failed traces are all kept, so that sampling leaves the question its full size.
                ProtoWriting.Message(span, 15, status => ProtoWriting.Number(status, 3, 2));
            }));
        yield return (request.WrittenSpan.ToArray(), services);
    }

    public static IEnumerable<(byte[] Body, int Points)> Logs(int round, int services)
    {
        var request = new ArrayBufferWriter<byte>(512 * 1024);
        for (var service = 0; service < services; service++)
            OtlpWriting.Resource(request, service, scope => ProtoWriting.Message(scope, 2, log =>
            {
                OtlpWriting.Fixed(log, 1, At(round));
                ProtoWriting.Number(log, 2, 9);
                ProtoWriting.Message(log, 5, body => ProtoWriting.Text(body, 1,
                    $"order {round} was placed at the counter"));
            }));
        yield return (request.WrittenSpan.ToArray(), services);
    }

    private static ulong At(int round) =>
        (ulong)DateTimeOffset.UtcNow.AddMinutes(-3 * round % 59).ToUnixTimeMilliseconds() * 1_000_000;
}
