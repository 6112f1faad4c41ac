using Headway.Server.Telemetry.Disk;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Origins;

namespace Headway.Server.Telemetry.Records;

/// <summary>
/// Spans or log records: the newest in memory, the rest in files. Changed under the intake's turn only.
/// </summary>
/// <param name="word">In the names of its files.</param>
internal sealed class RecordStore(string word, TelemetryLimits limits, TelemetryDisk? disk)
{
    private readonly List<StoredSegment> _sealed = [];
    private Segment _open = new();

    public long MemoryBytes => _open.Bytes + _sealed.Sum(stored => stored.InMemory?.Bytes ?? 0);

    public long Records => _open.Entries.Count + _sealed.Sum(stored => (long)stored.Count);

    public IEnumerable<StoredFile> Files => _sealed.Select(stored => stored.File).OfType<StoredFile>();

    public void Add(RecordEntry entry, Resource resource, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> record)
    {
        if (_open.TryAdd(entry, resource, scope, record)) return;
        Seal();
        _open.TryAdd(entry, resource, scope, record);
    }

    /// <summary>Ends the open segment and writes it; what no longer fits into memory is on the disk only.</summary>
    public void Seal()
    {
        if (_open.IsEmpty) return;
        _sealed.Add(new(_open, disk?.WriteSegment(word, _open)));
        _open = new();
        var bytes = 0L;
        for (var i = _sealed.Count - 1; i >= 0; i--)
        {
            bytes += _sealed[i].InMemory?.Bytes ?? 0;
            if (bytes > limits.RecordsBytes) _sealed[i] = _sealed[i].OnDiskOnly();
        }
        _sealed.RemoveAll(stored => stored.InMemory is null && stored.File is null);
    }

    public void Restore(string path)
    {
        if (SegmentFile.Read(path, LabelsOnly) is not { IsEmpty: false } segment)
        {
            File.Delete(path);
            return;
        }
        var file = new StoredFile(path);
        file.Widen(segment.First / NanosInMilli, segment.Last / NanosInMilli, new FileInfo(path).Length);
        _sealed.Add(new StoredSegment(segment, file).OnDiskOnly());
    }

    public void Forget(StoredFile file) => _sealed.RemoveAll(stored => stored.File == file);

    public void Expire(DateTimeOffset now)
    {
        var old = (now - limits.Retention).ToUnixTimeMilliseconds() * NanosInMilli;
        _sealed.RemoveAll(stored => stored.File is null && stored.Last < old);
    }

    /// <summary>The newest first; may be gone through when the turn is over.</summary>
    public IReadOnlyList<StoredSegment> Snapshot() =>
        [new(_open.Snapshot(), null), .. Enumerable.Reverse(_sealed)];

    private const long NanosInMilli = 1_000_000;

    /// <summary>For reading what was stored, without a place among the living.</summary>
    internal static Origin LabelsOnly(Label[] labels) => new(0, labels, Unasked);

    private static readonly TelemetrySources Unasked = new(new());
}

/// <summary>A segment that is complete; in memory, in a file, or both.</summary>
internal sealed class StoredSegment
{
    private readonly HashSet<(string Service, string Release)> _sources;

    public StoredSegment(Segment segment, StoredFile? file)
    {
        (InMemory, File) = (segment, file);
        (First, Last, Count) = (segment.First, segment.Last, segment.Entries.Count);
        _sources = [.. segment.Resources.Select(resource => (resource.Origin.Service, resource.Origin.Release))];
    }

    private StoredSegment(StoredSegment of)
    {
        (First, Last, Count, File, _sources) = (of.First, of.Last, of.Count, of.File, of._sources);
    }

    public Segment? InMemory { get; }
    public StoredFile? File { get; }
    public long First { get; }
    public long Last { get; }
    public int Count { get; }

    public bool Has(string? service, string? release) => _sources.Any(source =>
        (service is null || source.Service == service) && (release is null || source.Release == release));

    public StoredSegment OnDiskOnly() => InMemory is null ? this : new(this);

    /// <summary>Null when its file is gone.</summary>
    public Segment? Load() => InMemory ?? (File is null ? null : SegmentFile.Read(File.Path, RecordStore.LabelsOnly));
}
