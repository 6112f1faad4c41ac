using System.Globalization;
using Headway.Server.Telemetry.Logs;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Records;
using Headway.Server.Telemetry.Series;
using Headway.Server.Telemetry.Traces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Telemetry;

/// <summary>What people and programs may ask about telemetry.</summary>
public static class TelemetryEndpoints
{
    private const int MostRows = 10_000;

    public static void MapTelemetry(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/v1/telemetry");
        group.MapGet("/", (TelemetryQueries queries, TelemetryIntake intake, OtlpReceivers otlp) =>
            queries.View(intake) with
            {
                Http = otlp.Http is { } http ? $"http://{http}" : null, Grpc = otlp.Grpc?.ToString(),
            })
            .WithName("Telemetry");
        group.MapGet("/traces", Traces).WithName("TelemetryTraces");
        group.MapGet("/logs", Logs).WithName("TelemetryLogs");
        group.MapGet("/metrics", Metrics).WithName("TelemetryMetrics");
        group.MapGet("/coverage", (TelemetryCoverage coverage) => coverage.Of()).WithName("TelemetryCoverage");
        group.MapGet("/red", (TelemetryQueries queries, string? service, string? release) =>
            new { bounds = RedTable.Bounds, counts = queries.Red(service, release) }).WithName("TelemetryRed");
        group.MapGet("/templates", (TelemetryQueries queries, string? service, string? release, bool? isNew) =>
            queries.Templates(service, release, isNew ?? false)).WithName("TelemetryTemplates");
    }

    private static IResult Traces(
        TelemetryQueries queries, TimeProvider time, [AsParameters] RecordWanted wanted, bool? errors, string? slow)
    {
        if (wanted.Read(time, 20, out var question, out var limit) is { } wrong) return wrong;
        double milliseconds = 0;
        if (slow is not null && !double.TryParse(slow, NumberStyles.Float, CultureInfo.InvariantCulture,
            out milliseconds))
            return Bad("slow", slow, "a number of milliseconds, such as 500");
        return Results.Ok(queries.Traces(new(question, errors ?? false, (long)(milliseconds * 1e6), limit)));
    }

    private static IResult Logs(
        TelemetryQueries queries, TimeProvider time, [AsParameters] RecordWanted wanted, string? severity, string? text)
    {
        if (wanted.Read(time, 200, out var question, out var limit) is { } wrong) return wrong;
        var lowest = severity is null ? 0 : Severity.Lowest(severity);
        if (lowest is null) return Bad("severity", severity!,
            "trace, debug, info, warn, error, fatal, or a number to 24");
        return Results.Ok(queries.Logs(new(question, lowest.Value, text, limit)));
    }

    private static IResult Metrics(
        TelemetryQueries queries, string? release, string? service, string? name, int? limit)
    {
        List<LabelMatcher> matchers = [];
        if (release is not null) matchers.Add(new("headway_release_id", MatchKind.Equal, release));
        if (service is not null) matchers.Add(new("service_name", MatchKind.Equal, service));
        if (name is not null) matchers.Add(new(SeriesMatching.Name, MatchKind.Equal, name));
        return Results.Ok(queries.Metrics(matchers, Math.Clamp(limit ?? 1000, 1, MostRows)));
    }

    internal static IResult Bad(string what, string value, string expected) => Results.Problem(
        $"`{what}` is `{(value.Length > 60 ? value[..60] : value)}`, expected {expected}.", statusCode: 400,
        title: "Cannot be read");

    /// <summary>What traces and logs are asked by. Times are ISO 8601; without any the last hour is meant.</summary>
    internal sealed record RecordWanted(
        string? Release, string? Service, string? Trace, string? From, string? To, int? Limit)
    {
        private static readonly TimeSpan ByDefault = TimeSpan.FromHours(1);

        public IResult? Read(TimeProvider time, int limitByDefault, out RecordQuestion question, out int limit)
        {
            question = null!;
            limit = Math.Clamp(Limit ?? limitByDefault, 1, MostRows);
            // A trace is looked for in all that is kept, unless times are given.
            var from = Trace is null ? time.GetUtcNow() - ByDefault : DateTimeOffset.UnixEpoch;
            var to = DateTimeOffset.MaxValue;
            UInt128 trace = 0;
            if (From is not null && !TryParse(From, out from)) return Bad("from", From, Example);
            if (To is not null && !TryParse(To, out to)) return Bad("to", To, Example);
            if (Trace is not null && (Trace.Length != 32
                || !UInt128.TryParse(Trace, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out trace)))
                return Bad("trace", Trace, "a trace id of 32 hexadecimal digits");
            question = new(Service, Release, Trace is null ? null : trace, Times.Nanos(from), Times.Nanos(to));
            return null;
        }

        private const string Example = "a time such as 2026-03-01T12:00:00Z";

        private static bool TryParse(string text, out DateTimeOffset time) => DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}
