using System.Runtime.InteropServices;
using Headway.Server.Telemetry.Disk;
using Headway.Server.Telemetry.Origins;

namespace Headway.Server.Telemetry.Records;

/// <summary>A segment in a file of its own: its resources, its entries, and its bytes.</summary>
internal static class SegmentFile
{
    private const byte ResourceRecord = 1, EntriesRecord = 2, DataRecord = 3;

    public static long Write(string path, Segment segment)
    {
        using var file = new FramedFile(path);
        foreach (var resource in segment.Resources) file.Append(ResourceRecord, resource.Bytes);
        file.Append(EntriesRecord, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(segment.Entries)));
        file.Append(DataRecord, segment.Data.AsSpan(0, segment.Used));
        file.FlushToDisk();
        return file.Bytes;
    }

    /// <summary>Null when the file is torn or gone.</summary>
    /// <param name="origins">Makes an origin of a resource's labels.</param>
    public static Segment? Read(string path, Func<Label[], Origin> origins)
    {
        if (!File.Exists(path)) return null;
        using var reader = new FramedReader(path);
        var resources = new List<Resource>();
        RecordEntry[] entries = [];
        byte[]? data = null;
        while (reader.Next(out var payload))
            if (reader.Type == ResourceRecord) resources.Add(new(payload.ToArray(), origins(OriginLabels.Of(payload))));
            else if (reader.Type == EntriesRecord) entries = MemoryMarshal.Cast<byte, RecordEntry>(payload).ToArray();
            else data = payload.ToArray();
        return data is null ? null : Segment.Restored(entries, resources, data);
    }
}
