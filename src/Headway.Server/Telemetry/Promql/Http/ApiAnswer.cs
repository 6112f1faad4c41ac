using System.Text.Json;
using Headway.Core;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Telemetry.Promql.Http;

/// <summary>Answers in the envelope of Prometheus' API.</summary>
internal static class ApiAnswer
{
    public static async Task SuccessAsync(HttpContext context, Action<Utf8JsonWriter> data)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = Wire.Json.Encoder });
        json.WriteStartObject();
        json.WriteString("status", "success");
        json.WritePropertyName("data");
        data(json);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    public static Task SuccessAsync(HttpContext context, object data) =>
        SuccessAsync(context, json => JsonSerializer.Serialize(json, data, Wire.Json));

    public static async Task FailureAsync(HttpContext context, QueryFailedException failure)
    {
        if (context.Response.HasStarted) return;
        var (status, type) = failure.Kind switch
        {
            FailureKind.BadData => (StatusCodes.Status400BadRequest, "bad_data"),
            FailureKind.Execution => (StatusCodes.Status422UnprocessableEntity, "execution"),
            FailureKind.Timeout => (StatusCodes.Status503ServiceUnavailable, "timeout"),
            _ => (StatusCodes.Status503ServiceUnavailable, "canceled"),
        };
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(
            new { status = "error", errorType = type, error = failure.Message }, Wire.Json, context.RequestAborted);
    }
}
