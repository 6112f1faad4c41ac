namespace Headway.Server.Telemetry.Limits;

/// <summary>What one service may take of what all share, over all of its releases.</summary>
internal sealed class ServiceQuota(TelemetryLimits limits)
{
    public int Series { get; set; }
    public RateGate Rate { get; } = new(limits.SamplesPerSecondOfService);

    /// <summary>It made room for others; whoever still holds it asks for it anew.</summary>
    public bool IsForgotten { get; set; }
}
