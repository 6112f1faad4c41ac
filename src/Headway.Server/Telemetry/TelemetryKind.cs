using System.Text.Json.Serialization;

namespace Headway.Server.Telemetry;

[JsonConverter(typeof(JsonStringEnumConverter<TelemetryKind>))]
public enum TelemetryKind { Metrics, Traces, Logs }
