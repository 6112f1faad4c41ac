using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Traces;

namespace Headway.Server.Telemetry;

/// <summary>How telemetry is received and kept.</summary>
public sealed record TelemetryOptions
{
    public const string DefaultHttp = "127.0.0.1:4318", DefaultGrpc = "127.0.0.1:4317";

    /// <summary>Where it is kept; null keeps it in memory only.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// `HOST:PORT` for OTLP over HTTP; null takes the default, or a free port when that one is taken; `off` for none.
    /// </summary>
    public string? Http { get; init; }

    /// <summary>The same for OTLP over gRPC.</summary>
    public string? Grpc { get; init; }

    public TelemetryLimits Limits { get; init; } = new();

    public SamplingRules Sampling { get; init; } = new();
}
