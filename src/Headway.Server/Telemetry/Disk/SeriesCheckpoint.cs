using Headway.Server.Telemetry.Origins;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Disk;

/// <summary>
/// The series that are in memory, with what of their samples is not sealed yet, in and out of a checkpoint.
/// </summary>
internal sealed class SeriesCheckpoint(MetricStore store, OriginTable origins)
{
    public const byte OriginRecord = 1, FamilyRecord = 2, StreamRecord = 3;
    private readonly Dictionary<int, Origin> _origins = [];
    private readonly Dictionary<int, MetricFamily> _families = [];

    public void Write(CheckpointWriter writer)
    {
        foreach (var origin in origins.All)
        {
            writer.Fields.Write(origin.Id);
            SeriesFiles.Write(writer.Fields, origin.Labels);
            writer.End(OriginRecord);
        }
        foreach (var (key, family) in store.FamilyKeys)
        {
            writer.Fields.Write(family.Id);
            writer.Fields.Write(key.Length);
            writer.Fields.Write(key);
            writer.End(FamilyRecord);
        }
        foreach (var stream in store.Streams)
        {
            Write(writer.Fields, stream);
            writer.End(StreamRecord);
        }
    }

    public void Read(byte type, BinaryReader fields)
    {
        if (type == OriginRecord)
        {
            var id = fields.ReadInt32();
            _origins[id] = origins.OriginOf(SeriesFiles.LabelsOf(fields));
        }
        else if (type == FamilyRecord)
        {
            var id = fields.ReadInt32();
            var key = fields.ReadBytes(fields.ReadInt32());
            var end = key.AsSpan().IndexOf((byte)0);
            if (store.FamilyOf(key.AsSpan(0, end), key.AsSpan(end + 1, key.Length - end - 2), (MetricKind)key[^1]) is
                { } family) _families[id] = family;
        }
        else if (type == StreamRecord) ReadStream(fields);
    }

    private static void Write(BinaryWriter fields, PointStream stream)
    {
        fields.Write(stream.Origin.Id);
        fields.Write(stream.Family.Id);
        fields.Write(stream.Key.Length);
        fields.Write(stream.Key);
        SeriesFiles.Write(fields, stream.Labels);
        fields.Write(stream.SummedUntil);
        fields.Write(stream.Sums?.Length ?? -1);
        foreach (var sum in stream.Sums ?? []) fields.Write(sum);
        fields.Write(stream.Powers.Count);
        foreach (var power in stream.Powers) fields.Write(power);
        fields.Write(stream.Series.Count);
        foreach (var series in stream.Series)
        {
            fields.Write(series.Suffix);
            fields.Write(series.Extra.Name);
            fields.Write(series.Extra.Value);
            fields.Write(series.SealedUntil);
            fields.Write(series.LastValue);
            var open = series.Open().ToList();
            fields.Write(open.Count);
            foreach (var chunk in open)
            {
                fields.Write(chunk.Count);
                fields.Write(chunk.Bytes.Length);
                fields.Write(chunk.Bytes);
            }
        }
    }

    private void ReadStream(BinaryReader fields)
    {
        var origin = _origins[fields.ReadInt32()];
        var family = _families[fields.ReadInt32()];
        var key = fields.ReadBytes(fields.ReadInt32());
        // Ids are given out anew, and the key begins with them.
        BitConverter.TryWriteBytes(key, origin.Id);
        BitConverter.TryWriteBytes(key.AsSpan(4), family.Id);
        var stream = store.Add(origin, family, SeriesFiles.LabelsOf(fields), key);
        stream.SummedUntil = fields.ReadInt64();
        if (fields.ReadInt32() is >= 0 and var sums)
            stream.Sums = [.. Enumerable.Range(0, sums).Select(_ => fields.ReadDouble())];
        for (var left = fields.ReadInt32(); left > 0; left--) stream.Powers.Add(fields.ReadInt32());
        for (var left = fields.ReadInt32(); left > 0; left--) ReadSeries(fields, stream);
    }

    private void ReadSeries(BinaryReader fields, PointStream stream)
    {
        var series = store.AddSeries(stream, fields.ReadString(), fields.ReadString(), fields.ReadString());
        series.Resume(fields.ReadInt64(), fields.ReadDouble());
        if (series.SealedUntil > store.OnDiskUntil) store.OnDiskUntil = series.SealedUntil;
        List<long> times = [];
        List<double> values = [];
        for (var left = fields.ReadInt32(); left > 0; left--)
        {
            var count = fields.ReadInt32();
            new SampleChunk(0, 0, count, fields.ReadBytes(fields.ReadInt32())).CopyAll(times, values);
        }
        for (var i = 0; i < times.Count; i++) store.Append(series, times[i], values[i]);
    }
}
