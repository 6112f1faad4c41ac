using Headway.Server.Telemetry.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>OTLP over HTTP: protobuf or JSON, plain or gzip. Answers come in the format of the request.</summary>
internal sealed class OtlpHttp(TelemetryIntake intake, InFlightRoom room, TelemetryLimits limits)
{
    private const string Protobuf = "application/x-protobuf", Json = "application/json";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/metrics", (HttpContext context) => TakeAsync(context, TelemetryKind.Metrics));
        routes.MapPost("/v1/traces", (HttpContext context) => TakeAsync(context, TelemetryKind.Traces));
        routes.MapPost("/v1/logs", (HttpContext context) => TakeAsync(context, TelemetryKind.Logs));
    }

    private async Task TakeAsync(HttpContext context, TelemetryKind kind)
    {
        var type = context.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        var isJson = type == Json;
        try
        {
            if (!isJson && type != Protobuf) throw new OtlpRefusedException(StatusCodes.Status415UnsupportedMediaType,
                $"Content-Type must be {Protobuf} or {Json}.");
            var rejected = await TakeAsync(context, kind, isJson);
            await AnswerAsync(context, 200, isJson,
                isJson ? OtlpAnswers.Json(kind, rejected) : OtlpAnswers.Protobuf(rejected));
        }
        catch (CorruptOtlpException wrong)
        {
            intake.NoteCorrupt();
            await RefuseAsync(context, StatusCodes.Status400BadRequest, isJson, wrong.Message);
        }
        catch (OtlpRefusedException refused)
        {
            intake.NoteTurnedAway();
            await RefuseAsync(context, refused.Status, isJson, refused.Message);
        }
        catch (BadHttpRequestException bad)
        {
            await RefuseAsync(context, bad.StatusCode, isJson, bad.Message);
        }
    }

    private async Task<Rejections> TakeAsync(HttpContext context, TelemetryKind kind, bool isJson)
    {
        var encoding = context.Request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "gzip" or "identity"))
            throw new OtlpRefusedException(StatusCodes.Status415UnsupportedMediaType,
                "Content-Encoding must be gzip, or none.");
        using var sent = await OtlpBody.ReadAsync(context.Request, room, limits, context.RequestAborted);
        using var inflated = encoding == "gzip" ? sent.Inflate(..) : null;
        var body = inflated ?? sent;
        // What was unpacked is not needed any more, and the largest that is allowed needs its room.
        if (inflated is not null) sent.Dispose();
        if (!isJson) return await intake.TakeAsync(kind, body.Bytes, context.RequestAborted);
        using var turned = OtlpBody.Empty(room, limits);
        JsonOtlp.ToProtobuf(kind, body.Bytes.Span, turned);
        return await intake.TakeAsync(kind, turned.Bytes, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, int status, bool isJson, string says)
    {
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            context.Response.Headers[HeaderNames.RetryAfter] = "5";
        var code = OtlpAnswers.GrpcCode(status);
        return AnswerAsync(context, status, isJson,
            isJson ? OtlpAnswers.JsonStatus(code, says) : OtlpAnswers.ProtobufStatus(code, says));
    }

    private static async Task AnswerAsync(HttpContext context, int status, bool isJson, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = isJson ? Json : Protobuf;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
