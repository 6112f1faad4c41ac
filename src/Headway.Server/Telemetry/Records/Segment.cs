using System.Runtime.InteropServices;
using Headway.Server.Telemetry.Origins;

namespace Headway.Server.Telemetry.Records;

/// <summary>
/// Spans or log records as they came, one after the other in one array, with an entry each. Searching goes through the
/// entries, which needs no index: a million of them take some milliseconds.
/// </summary>
internal sealed class Segment
{
    public const int DataBytes = 2 * 1024 * 1024;
    private readonly Dictionary<Resource, int> _known = new(ReferenceEqualityComparer.Instance);

    public List<RecordEntry> Entries { get; private init; } = [];
    public List<Resource> Resources { get; private init; } = [];
    public byte[] Data { get; private init; } = new byte[DataBytes];
    public int Used { get; private set; }
    public long First { get; private set; } = long.MaxValue;
    public long Last { get; private set; } = long.MinValue;

    public bool IsEmpty => Entries.Count == 0;

    public long Bytes => Data.Length + Entries.Count * Marshal.SizeOf<RecordEntry>();

    /// <summary>False when it is full. Offset, length and resource of the entry are set here.</summary>
    public bool TryAdd(RecordEntry entry, Resource resource, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> record)
    {
        var length = 1 + Math.Min(scope.Length, byte.MaxValue) + record.Length;
        if (Used + length > Data.Length) return false;
        if (!_known.TryGetValue(resource, out var index))
        {
            _known[resource] = index = Resources.Count;
            Resources.Add(resource);
        }
        var into = Data.AsSpan(Used, length);
        into[0] = (byte)Math.Min(scope.Length, byte.MaxValue);
        scope[..into[0]].CopyTo(into[1..]);
        record.CopyTo(into[(1 + into[0])..]);
        Add(entry with { Resource = index, Offset = Used, Length = length });
        Used += length;
        return true;
    }

    public (ReadOnlyMemory<byte> Scope, ReadOnlyMemory<byte> Record) Read(RecordEntry entry)
    {
        var bytes = Data.AsMemory(entry.Offset, entry.Length);
        var scope = bytes.Span[0];
        return (bytes.Slice(1, scope), bytes[(1 + scope)..]);
    }

    /// <summary>As it is now; what is added afterwards is not seen.</summary>
    public Segment Snapshot() => new()
    {
        Entries = [.. Entries], Resources = [.. Resources], Data = Data, Used = Used, First = First, Last = Last,
    };

    public static Segment Restored(IEnumerable<RecordEntry> entries, List<Resource> resources, byte[] data)
    {
        var segment = new Segment { Resources = resources, Data = data };
        foreach (var entry in entries)
            if (entry.Offset >= 0 && entry.Length > 0 && entry.Offset + entry.Length <= data.Length
                && entry.Resource >= 0 && entry.Resource < resources.Count) segment.Add(entry);
        segment.Used = data.Length;
        return segment;
    }

    private void Add(RecordEntry entry)
    {
        Entries.Add(entry);
        First = Math.Min(First, entry.At);
        Last = Math.Max(Last, entry.At);
    }
}
