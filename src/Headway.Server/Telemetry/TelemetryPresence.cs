using Headway.Server.Telemetry.Limits;

namespace Headway.Server.Telemetry;

/// <summary>
/// Whether a release is heard of at all: no telemetry is no good evidence. Cheap enough to be asked each second for
/// each lane.
/// </summary>
public sealed class TelemetryPresence
{
    private readonly TelemetryState _state;

    internal TelemetryPresence(TelemetryState state) => _state = state;

    /// <summary>Null when nothing has ever come from it.</summary>
    /// <param name="environment">Only what came from there since the server started; null asks about all.</param>
    public Heard? Of(string service, string release, string? environment = null) => _state.Ask(state =>
    {
        if (In(state.Sources.Find(service, release), environment) is not { } source || source.FirstAt == default)
            return null;
        source.Clamp(state.Time.GetUtcNow());
        return new Heard(source.FirstAt, source.NewestAt, source.Taken(TelemetryKind.Metrics),
            source.Taken(TelemetryKind.Traces), source.Taken(TelemetryKind.Logs));
    });

    /// <summary>Whether anything has come from it after that time.</summary>
    public bool HasArrived(string service, string release, string? environment, DateTimeOffset since) =>
        Of(service, release, environment) is { } heard && heard.NewestAt > since;

    private static TelemetrySource? In(TelemetrySource? source, string? environment) =>
        environment is null ? source : source?.In(environment);
}

/// <summary>What has come from a release, by the server's clock, since the beginning; the counts only rise.</summary>
public sealed record Heard(DateTimeOffset FirstAt, DateTimeOffset NewestAt, long Points, long Spans, long Logs);
