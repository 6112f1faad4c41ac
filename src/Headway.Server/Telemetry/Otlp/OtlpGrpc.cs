using System.Buffers.Binary;
using Headway.Server.Telemetry.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>
/// OTLP over gRPC: one message in, one message out, each behind five bytes (packed or not, and its length), and the
/// outcome in the trailers. No more of gRPC is needed here, and so the bytes go straight to where they are read.
/// </summary>
internal sealed class OtlpGrpc(TelemetryIntake intake, InFlightRoom room, TelemetryLimits limits)
{
    private const int Prefix = 5;
    private const int NotImplemented = 12;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
            (HttpContext context) => TakeAsync(context, TelemetryKind.Metrics));
        routes.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            (HttpContext context) => TakeAsync(context, TelemetryKind.Traces));
        routes.MapPost("/opentelemetry.proto.collector.logs.v1.LogsService/Export",
            (HttpContext context) => TakeAsync(context, TelemetryKind.Logs));
    }

    /// <summary>For every other method, as gRPC asks for.</summary>
    public static Task Unknown(HttpContext context)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        End(context, NotImplemented, "This server has the Export methods of OTLP 1 for metrics, traces and logs.");
        return Task.CompletedTask;
    }

    /// <summary>Ends a call that has no answer.</summary>
    public static void End(HttpContext context, int code, string says)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = $"{code}";
        // The text is percent-encoded, as the protocol asks.
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(says);
    }

    private async Task TakeAsync(HttpContext context, TelemetryKind kind)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        try
        {
            var rejected = await ReadAsync(context, kind);
            await AnswerAsync(context, OtlpAnswers.Protobuf(rejected));
        }
        catch (CorruptOtlpException wrong)
        {
            intake.NoteCorrupt();
            End(context, OtlpAnswers.GrpcCode(StatusCodes.Status400BadRequest), wrong.Message);
        }
        catch (OtlpRefusedException refused)
        {
            intake.NoteTurnedAway();
            End(context, OtlpAnswers.GrpcCode(refused.Status), refused.Message);
        }
        catch (BadHttpRequestException bad)
        {
            End(context, OtlpAnswers.GrpcCode(bad.StatusCode), bad.Message);
        }
    }

    private async Task<Rejections> ReadAsync(HttpContext context, TelemetryKind kind)
    {
        using var sent = await OtlpBody.ReadAsync(context.Request, room, limits, context.RequestAborted);
        if (sent.Bytes.Length < Prefix) throw new CorruptOtlpException("The call has no message.");
        var length = BinaryPrimitives.ReadUInt32BigEndian(sent.Bytes.Span[1..]);
        if (length != sent.Bytes.Length - Prefix)
            throw new CorruptOtlpException($"The message says {length} bytes and has {sent.Bytes.Length - Prefix}.");
        var isPacked = sent.Bytes.Span[0] != 0;
        if (isPacked && context.Request.Headers["grpc-encoding"] != "gzip")
            throw new OtlpRefusedException(StatusCodes.Status415UnsupportedMediaType,
                "grpc-encoding must be gzip, or identity.");
        using var inflated = isPacked ? sent.Inflate(Prefix..) : null;
        return await intake.TakeAsync(kind, inflated?.Bytes ?? sent.Bytes[Prefix..], context.RequestAborted);
    }

    private static async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> message)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        var framed = new byte[Prefix + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)message.Length);
        message.CopyTo(framed.AsMemory(Prefix));
        await context.Response.Body.WriteAsync(framed, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
