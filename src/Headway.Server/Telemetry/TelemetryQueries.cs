using System.Collections.Immutable;
using Headway.Server.Telemetry.Disk;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Logs;
using Headway.Server.Telemetry.Records;
using Headway.Server.Telemetry.Series;
using Headway.Server.Telemetry.Traces;

namespace Headway.Server.Telemetry;

/// <summary>
/// What can be asked about telemetry, in this process. Files are read when the intake has its turn back, so a slow
/// question does not hold up what comes in.
/// </summary>
public sealed class TelemetryQueries
{
    private readonly TelemetryState _state;

    internal TelemetryQueries(TelemetryState state) => _state = state;

    /// <summary>This is a <see cref="SelectSeries"/>.</summary>
    /// <exception cref="TooMuchAskedException">The answer would be too large.</exception>
    public IReadOnlyList<TimeSeries> Select(
        IReadOnlyList<LabelMatcher> matchers, long fromMilliseconds, long toMilliseconds)
    {
        var matching = new SeriesMatching(matchers);
        var answer = new SeriesAnswer(fromMilliseconds, toMilliseconds);
        var files = _state.Ask(state =>
        {
            MetricSelection.Select(state.Metrics, state.Origins, matching, answer);
            if (fromMilliseconds >= state.Metrics.OnDiskUntil || state.Disk is null) return [];
            state.Disk.Series.Flush();
            return state.Disk.Series.Files.ToArray();
        });
        SeriesFiles.Select(files, matching, answer);
        return answer.Finish();
    }

    public IReadOnlyList<MetricView> Metrics(IReadOnlyList<LabelMatcher> matchers, int limit)
    {
        var matching = new SeriesMatching(matchers);
        return _state.Ask(state => MetricView.Find(state.Metrics, state.Origins, matching, limit));
    }

    internal IReadOnlyList<TraceView> Traces(TraceSearch search) => search.Ask(_state.Ask(state =>
        (IReadOnlyList<StoredSegment>)[.. state.Spans.Sampling.Pending(), .. state.Spans.Records.Snapshot()]));

    internal IReadOnlyList<LogView> Logs(LogSearch search) =>
        search.Ask(_state.Ask(state => state.Logs.Records.Snapshot()));

    /// <summary>Cumulative counts of requests, errors and durations. Null asks for all.</summary>
    public ImmutableArray<RedCount> Red(string? service, string? release) =>
        _state.Ask(state => state.Spans.Red.Counts(service, release));

    public ImmutableArray<TemplateCount> Templates(string? service, string? release, bool isNew) =>
        _state.Ask(state => state.Logs.Templates.Counts(service, release, isNew));

    public TelemetryView View(TelemetryIntake intake) => _state.Ask(state => new TelemetryView(
        state.Sources.Views(state.Time.GetUtcNow()),
        new(state.Metrics.SeriesCount, state.Metrics.FamilyCount, state.Metrics.Bytes,
            state.Spans.Records.MemoryBytes + state.Spans.Sampling.PendingBytes, state.Logs.Records.MemoryBytes,
            state.Files.Sum(file => file.Bytes) + (state.Disk?.JournalBytes ?? 0)),
        state.Limits, intake.Corrupt + (state.Disk?.Skipped ?? 0), intake.TurnedAway, state.Disk?.Problem));
}

/// <param name="Corrupt">Requests that could not be read, as they came or from the journal at the start.</param>
/// <param name="TurnedAway">Requests that were too large, of another format, or too many at once.</param>
/// <param name="Problem">Why nothing is kept on the disk now.</param>
public sealed record TelemetryView(
    ImmutableArray<SourceView> Sources, TelemetryUse Use, TelemetryLimits Limits, long Corrupt, long TurnedAway,
    string? Problem)
{
    /// <summary>Where OTLP is received, as HTTP and as gRPC; null when it is off.</summary>
    public string? Http { get; init; }

    public string? Grpc { get; init; }
}

/// <summary>What is used of the limits.</summary>
public sealed record TelemetryUse(
    int Series, int Metrics, long SampleBytes, long SpanBytes, long LogBytes, long DiskBytes);
