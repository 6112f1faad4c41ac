using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.Evidence;

/// <summary>
/// Something besides the requests of users that a release is judged by: an entry of `evidence:` in headway.yaml.
/// </summary>
/// <param name="Name">Unique in the service.</param>
public sealed record SignalSpec(string Name, SignalSource Source, SignalTest Test)
{
    /// <summary>
    /// Watched for every service that does not name it: where stable sends telemetry, the candidate has to as well, so
    /// that a release which went blind is not promoted.
    /// </summary>
    public static readonly SignalSpec TelemetryAsBefore =
        new("telemetry", new SignalSource.Telemetry(IsRequired: false), new SignalTest.Seen());

    /// <summary>What a bad verdict of this signal may do.</summary>
    public Trust Trust { get; init; } = Trust.Auto;

    /// <summary>What happens when the signal cannot be seen.</summary>
    public WhenMissing Missing { get; init; } = WhenMissing.Hold;

    /// <summary>How often it is looked at.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Environments in which it is judged; empty means all of them.</summary>
    public ImmutableArray<string> Environments { get; init; } = [];

    public bool IsFor(string environment) =>
        Environments.IsDefaultOrEmpty || Environments.Contains(environment, StringComparer.Ordinal);
}

/// <summary>How far a signal is trusted: teams begin by looking on and end by letting it act.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Trust>))]
public enum Trust
{
    /// <summary>Shown and recorded, and never acted on.</summary>
    Observe,
    /// <summary>Stops the rollout where it stands and asks a person; takes nothing back.</summary>
    Pause,
    /// <summary>Takes the release back by itself.</summary>
    Auto,
}

[JsonConverter(typeof(JsonStringEnumConverter<WhenMissing>))]
public enum WhenMissing
{
    /// <summary>No step passes until the signal can be seen, or a person decides.</summary>
    Hold,
    /// <summary>Other evidence decides alone, and the verdict says so.</summary>
    GoOn,
}
