using Headway.Server.Telemetry.Disk;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Logs;
using Headway.Server.Telemetry.Origins;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Records;
using Headway.Server.Telemetry.Series;
using Headway.Server.Telemetry.Traces;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Telemetry;

/// <summary>Everything that telemetry holds. Whoever reads or changes it takes the turn first.</summary>
internal sealed class TelemetryState : IDisposable
{
    public TelemetryState(TelemetryOptions options, TimeProvider time, ILogger log)
    {
        (Limits, Time) = (options.Limits, time);
        if (options.Folder is { } folder) Disk = new(folder, time, log);
        Sources = new(Limits);
        Origins = new(Limits, Sources);
        Metrics = new(Limits);
        if (Disk is { } disk) Metrics.Sealed = disk.WriteChunk;
        Spans = new(new(SpanWord, Limits, Disk), Limits, options.Sampling, Sources);
        Logs = new(new(LogWord, Limits, Disk), Limits, Sources);
        Sources.Forgotten = (service, release) =>
        {
            Spans.Red.Forget(service, release);
            Logs.Templates.Forget(service, release);
        };
        Reading = new(Origins, Metrics, Limits);
        Records = new(Origins, Spans, Logs, Limits);
    }

    public const string SpanWord = "spans", LogWord = "logs";

    /// <summary>One at a time: all of it is made for one thread, which takes in more than a network brings.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public TelemetryLimits Limits { get; }
    public TimeProvider Time { get; }
    public TelemetryDisk? Disk { get; }
    public TelemetrySources Sources { get; }
    public OriginTable Origins { get; }
    public MetricStore Metrics { get; }
    public SpanStore Spans { get; }
    public LogStore Logs { get; }
    public MetricsReading Reading { get; }
    public RecordsReading Records { get; }

    /// <summary>Answers while it has the turn; for what takes no long time.</summary>
    public T Ask<T>(Func<TelemetryState, T> question)
    {
        Turn.Wait();
        try
        {
            return question(this);
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>Takes a checked request in, without the journal.</summary>
    public Rejections Read(TelemetryKind kind, ReadOnlySpan<byte> request, DateTimeOffset now)
    {
        var rejected = new Rejections();
        if (kind == TelemetryKind.Metrics) Reading.Read(request, now, rejected);
        else if (kind == TelemetryKind.Traces) Records.ReadSpans(request, now, rejected);
        else Records.ReadLogs(request, now, rejected);
        return rejected;
    }

    public List<StoredFile> Files =>
        [.. Disk?.Series.Files ?? [], .. Spans.Records.Files, .. Logs.Records.Files];

    public void Dispose()
    {
        Disk?.Dispose();
        Turn.Dispose();
    }
}
