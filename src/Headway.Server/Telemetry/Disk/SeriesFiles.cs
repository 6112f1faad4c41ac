using Headway.Server.Telemetry.Origins;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Disk;

/// <summary>
/// Sealed chunks in a file an hour. A file says itself which series its chunks are of, so that each can be read and
/// deleted alone, and nothing of it has to be in memory.
/// </summary>
internal sealed class SeriesFiles(string folder, TimeProvider time)
{
    private const byte OriginRecord = 1, SeriesRecord = 2, ChunkRecord = 3;
    private const long LargestBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private readonly MemoryStream _payload = new();
    private FramedFile? _file;
    private StoredFile? _entry;
    private DateTimeOffset _begun;
    private int _number, _ids;

    /// <summary>The file that is being written becomes one of these with its first chunk.</summary>
    public List<StoredFile> Files { get; } = [];

    public void Write(SampleSeries series, SampleChunk chunk)
    {
        if (_file is null || _file.Bytes > LargestBytes || time.GetUtcNow() - _begun > Longest) Begin();
        if (series.StoredIn != _number) Define(series);
        using var writer = Start();
        writer.Write(series.StoredAs);
        writer.Write(chunk.First);
        writer.Write(chunk.Last);
        writer.Write(chunk.Count);
        writer.Write(chunk.Bytes);
        Append(ChunkRecord);
        _entry!.Widen(chunk.First, chunk.Last, _file!.Bytes);
    }

    public void Flush() => _file?.Flush();

    public void End()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>What earlier processes left; the time of their samples is read from the files.</summary>
    public void Open(Action<string> torn)
    {
        foreach (var path in Directory.GetFiles(folder, "series-*.hw").Order(StringComparer.Ordinal))
        {
            var entry = new StoredFile(path);
            using var reader = new FramedReader(path);
            while (reader.Next(out var payload))
                if (reader.Type == ChunkRecord && payload.Length > ChunkHead) entry.Widen(
                    BitConverter.ToInt64(payload[4..]), BitConverter.ToInt64(payload[12..]), reader.GoodUntil);
            if (reader.IsTorn) torn(path);
            if (entry.Bytes == 0) File.Delete(path);
            else Files.Add(entry);
        }
    }

    private const int ChunkHead = 24;

    /// <summary>Adds what fits from files whose samples overlap the time.</summary>
    public static void Select(IEnumerable<StoredFile> files, SeriesMatching matching, SeriesAnswer into)
    {
        foreach (var file in files)
            if (file.First <= into.To && file.Last > into.From && File.Exists(file.Path)) Select(file, matching, into);
    }

    private static void Select(StoredFile file, SeriesMatching matching, SeriesAnswer into)
    {
        var origins = new Dictionary<int, Label[]>();
        var series = new Dictionary<int, (Label[] Origin, Label[] Own, (string, string) Extra, string Name)>();
        using var reader = new FramedReader(file.Path);
        while (reader.Next(out var payload))
        {
            if (reader.Type == ChunkRecord)
            {
                if (!series.TryGetValue(BitConverter.ToInt32(payload), out var found)) continue;
                var chunk = new SampleChunk(BitConverter.ToInt64(payload[4..]), BitConverter.ToInt64(payload[12..]),
                    BitConverter.ToInt32(payload[20..]), payload[ChunkHead..].ToArray());
                if (chunk.First <= into.To && chunk.Last > into.From)
                    into.Add(found.Origin, found.Own, found.Extra, found.Name,
                        (times, values) => chunk.CopyTo(times, values, into.From, into.To));
                continue;
            }
            using var fields = new BinaryReader(new MemoryStream(payload.ToArray()));
            var id = fields.ReadInt32();
            if (reader.Type == OriginRecord)
            {
                var labels = LabelsOf(fields);
                if (matching.MayFit(labels)) origins[id] = labels;
            }
            else if (origins.TryGetValue(fields.ReadInt32(), out var origin))
            {
                var name = fields.ReadString();
                var extra = (fields.ReadString(), fields.ReadString());
                var own = LabelsOf(fields);
                if (matching.FitsName(name) && matching.Fits(origin, own, extra)) series[id] = (origin, own, extra,
                    name);
            }
        }
    }

    private void Begin()
    {
        End();
        _begun = time.GetUtcNow();
        var path = Path.Combine(folder, $"series-{_begun.ToUnixTimeMilliseconds():D15}.hw");
        while (File.Exists(path)) path = Path.ChangeExtension(path, null) + "x.hw";
        _file = new(path);
        _entry = new(path);
        Files.Add(_entry);
        _number++;
        _ids = 0;
    }

    private void Define(SampleSeries series)
    {
        var stream = series.Stream;
        var origin = stream.Origin;
        if (origin.StoredIn != _number)
        {
            (origin.StoredIn, origin.StoredAs) = (_number, ++_ids);
            using var first = Start();
            first.Write(origin.StoredAs);
            Write(first, origin.Labels);
            Append(OriginRecord);
        }
        (series.StoredIn, series.StoredAs) = (_number, ++_ids);
        using var writer = Start();
        writer.Write(series.StoredAs);
        writer.Write(origin.StoredAs);
        writer.Write(stream.Family.Name + series.Suffix);
        writer.Write(series.Extra.Name);
        writer.Write(series.Extra.Value);
        Write(writer, stream.Labels);
        Append(SeriesRecord);
    }

    private BinaryWriter Start()
    {
        _payload.SetLength(0);
        return new(_payload, System.Text.Encoding.UTF8, leaveOpen: true);
    }

    private void Append(byte type) => _file!.Append(type, _payload.GetBuffer().AsSpan(0, (int)_payload.Length));

    internal static void Write(BinaryWriter writer, Label[] labels)
    {
        writer.Write7BitEncodedInt(labels.Length);
        foreach (var (name, value) in labels)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    internal static Label[] LabelsOf(BinaryReader reader)
    {
        var labels = new Label[reader.Read7BitEncodedInt()];
        for (var i = 0; i < labels.Length; i++) labels[i] = new(reader.ReadString(), reader.ReadString());
        return labels;
    }
}

/// <summary>A file of telemetry, and between which times lies what is in it, in milliseconds since 1970.</summary>
internal sealed class StoredFile(string path)
{
    public string Path => path;
    public long First { get; private set; } = long.MaxValue;
    public long Last { get; private set; } = long.MinValue;
    public long Bytes { get; private set; }

    public void Widen(long first, long last, long bytes) =>
        (First, Last, Bytes) = (Math.Min(First, first), Math.Max(Last, last), bytes);
}
