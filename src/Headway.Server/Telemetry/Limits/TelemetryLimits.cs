namespace Headway.Server.Telemetry.Limits;

/// <summary>
/// Everything about telemetry that could grow, and how far it may. What is beyond is dropped and counted.
/// </summary>
public sealed record TelemetryLimits
{
    /// <summary>A request as it is sent; more is answered with 413.</summary>
    public int BodyBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>A request unpacked; a gzip bomb is refused without being held.</summary>
    public int InflatedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// All requests that are being taken in: the arrays that hold them as sent, unpacked, and turned from JSON into
    /// protobuf. More are answered with 503 and Retry-After.
    /// </summary>
    public long InFlightBytes { get; init; } = 160 * 1024 * 1024;

    /// <summary>How far a point may be ahead of the server's clock.</summary>
    public TimeSpan Ahead { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long metrics, traces and logs are kept; what is older when it comes is dropped.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Sets of labels in all; each costs 300 to 400 bytes and its samples.</summary>
    public int Series { get; init; } = 150_000;

    /// <summary>Sets of labels of one service.</summary>
    public int SeriesOfService { get; init; } = 20_000;

    /// <summary>Labels of a point besides those of its origin.</summary>
    public int Labels { get; init; } = 40;

    public int LabelNameBytes { get; init; } = 200;
    public int LabelValueBytes { get; init; } = 1024;

    /// <summary>Buckets of a histogram, or quantiles of a summary.</summary>
    public int Buckets { get; init; } = 200;

    /// <summary>Names of metrics with their units.</summary>
    public int Metrics { get; init; } = 20_000;

    /// <summary>Distinct resources: instances of releases, mostly.</summary>
    public int Origins { get; init; } = 20_000;

    /// <summary>Attributes of a resource together.</summary>
    public int ResourceBytes { get; init; } = 16 * 1024;

    /// <summary>Services and releases that are counted; beyond it those heard longest ago make room.</summary>
    public int Sources { get; init; } = 5_000;

    public int SamplesPerSecond { get; init; } = 500_000;
    public int SamplesPerSecondOfService { get; init; } = 200_000;

    /// <summary>A span or log record; what is larger is dropped.</summary>
    public int RecordBytes { get; init; } = 64 * 1024;

    /// <summary>Samples in memory, compressed; older ones are read from the disk.</summary>
    public long SampleBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Spans in memory, and the same again for logs; older ones are read from the disk.</summary>
    public long RecordsBytes { get; init; } = 24 * 1024 * 1024;

    /// <summary>All files of telemetry; beyond it the oldest are deleted.</summary>
    public long DiskBytes { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>What is taken in between two checkpoints and would have to be read again after a kill.</summary>
    public long JournalBytes { get; init; } = 256 * 1024 * 1024;

    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After this long without a sample a series makes room for others; its past stays on the disk.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Names of operations and dependencies that requests are counted by, of one release at most a quarter. Beyond it
    /// releases that are <see cref="Idle"/> make room; while there are none, further names are counted together.
    /// </summary>
    public int Operations { get; init; } = 20_000;

    /// <summary>Templates of log messages; the same as for operations, and four times so many by release.</summary>
    public int Templates { get; init; } = 20_000;
}
