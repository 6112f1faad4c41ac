namespace Headway.Server.Telemetry.Otlp;

/// <summary>What was sent is no OTLP; the message says where it stops making sense.</summary>
public sealed class CorruptOtlpException(string says) : Exception(says);
