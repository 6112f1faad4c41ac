using System.Buffers;
using System.Text.Json;
using Headway.Core;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>
/// Answers of the protocol: what was not kept of a request, or a google.rpc.Status that says why not.
/// </summary>
internal static class OtlpAnswers
{
    /// <summary>Export…ServiceResponse with its partial_success; all three have the same field numbers.</summary>
    public static ReadOnlyMemory<byte> Protobuf(Rejections rejected)
    {
        var writer = new ArrayBufferWriter<byte>(64);
        if (rejected.Count > 0) ProtoWriting.Message(writer, 1, partial =>
        {
            ProtoWriting.Number(partial, 1, (ulong)rejected.Count);
            ProtoWriting.Text(partial, 2, rejected.Says);
        });
        return writer.WrittenMemory;
    }

    public static byte[] Json(TelemetryKind kind, Rejections rejected)
    {
        if (rejected.Count == 0) return "{}"u8.ToArray();
        var count = kind switch
        {
            TelemetryKind.Metrics => "rejectedDataPoints", TelemetryKind.Traces => "rejectedSpans",
            _ => "rejectedLogRecords",
        };
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["partialSuccess"] = new Dictionary<string, object>
            {
                [count] = $"{rejected.Count}", ["errorMessage"] = rejected.Says,
            },
        }, Wire.Json);
    }

    public static ReadOnlyMemory<byte> ProtobufStatus(int code, string says)
    {
        var writer = new ArrayBufferWriter<byte>(64);
        ProtoWriting.Number(writer, 1, (ulong)code);
        ProtoWriting.Text(writer, 2, says);
        return writer.WrittenMemory;
    }

    public static byte[] JsonStatus(int code, string says) =>
        JsonSerializer.SerializeToUtf8Bytes(new { code, message = says }, Wire.Json);

    /// <summary>The code of gRPC for a status of HTTP.</summary>
    public static int GrpcCode(int status) => status switch
    {
        200 => 0, 400 or 415 => 3, 401 => 16, 403 => 7, 413 => 8, 429 or 503 => 14, _ => 13,
    };
}
