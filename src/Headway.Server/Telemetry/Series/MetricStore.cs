using System.Text;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Origins;

namespace Headway.Server.Telemetry.Series;

/// <summary>
/// All metrics as series in memory, within limits. Used under the intake's turn only. What is sealed goes to the disk,
/// and leaves memory when there is no room.
/// </summary>
internal sealed class MetricStore
{
    private static readonly TimeSpan ExpireEvery = TimeSpan.FromSeconds(10);
    private readonly TelemetryLimits _limits;
    private readonly Dictionary<byte[], PointStream> _streams = new(ByteKeys.Comparer);
    private readonly Dictionary<byte[], MetricFamily> _families = new(ByteKeys.Comparer);
    private readonly Queue<(SampleSeries Series, SampleChunk Chunk)> _sealed = [];
    private readonly RateGate _rate;
    private byte[] _familyKey = new byte[256];
    private DateTimeOffset _expired;
    private long _bytes;

    public MetricStore(TelemetryLimits limits)
    {
        (_limits, _rate) = (limits, new(limits.SamplesPerSecond));
        Sealing = (series, chunk) =>
        {
            _sealed.Enqueue((series, chunk));
            _bytes += chunk.Bytes.Length + ChunkOwnBytes;
            Sealed?.Invoke(series, chunk);
        };
    }

    private const int ChunkOwnBytes = 120;

    /// <summary>Told of each chunk that is complete, to be kept on the disk.</summary>
    public Action<SampleSeries, SampleChunk>? Sealed { get; set; }

    private Action<SampleSeries, SampleChunk> Sealing { get; }

    public int SeriesCount { get; private set; }

    public int FamilyCount => _families.Count;

    /// <summary>Samples in memory.</summary>
    public long Bytes => _bytes;

    /// <summary>Samples up to this time may be on the disk only.</summary>
    public long OnDiskUntil { get; set; } = long.MinValue;

    public IEnumerable<PointStream> Streams => _streams.Values;

    public IEnumerable<KeyValuePair<byte[], MetricFamily>> FamilyKeys => _families;

    public IEnumerable<MetricFamily> Families => _families.Values;

    /// <summary>Whether one more point may come now, of all and of the service.</summary>
    public bool HasRoomAt(DateTimeOffset now, Origin origin) =>
        origin.Quota.Rate.Pass(now) && _rate.Pass(now);

    /// <summary>Null when there are too many.</summary>
    public MetricFamily? FamilyOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> unit, MetricKind kind)
    {
        var length = name.Length + unit.Length + 2;
        if (_familyKey.Length < length) _familyKey = new byte[length * 2];
        name.CopyTo(_familyKey);
        _familyKey[name.Length] = 0;
        unit.CopyTo(_familyKey.AsSpan(name.Length + 1));
        _familyKey[length - 1] = (byte)kind;
        var key = _familyKey.AsSpan(0, length);
        if (_families.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var known)) return known;
        if (_families.Count >= _limits.Metrics || length > _limits.LabelValueBytes) return null;
        var text = Encoding.UTF8.GetString(unit);
        return _families[key.ToArray()] = new(
            _families.Count, PrometheusNames.Metric(Encoding.UTF8.GetString(name), text, kind), kind, text);
    }

    public PointStream? Find(ReadOnlySpan<byte> key) =>
        _streams.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var known) ? known : null;

    /// <summary>Whether so many series more are allowed; idle ones make room.</summary>
    public bool HasRoomFor(int series, Origin origin, DateTimeOffset now)
    {
        if (Fits()) return true;
        if (now - _expired < ExpireEvery) return false;
        _expired = now;
        Expire(now);
        return Fits();

        bool Fits() => SeriesCount + series <= _limits.Series
            && origin.Quota.Series + series <= _limits.SeriesOfService;
    }

    public PointStream Add(Origin origin, MetricFamily family, Label[] labels, byte[] key)
    {
        var stream = new PointStream(origin, family, labels, key);
        _streams[key] = stream;
        origin.Streams.Add(stream);
        family.Streams.Add(stream);
        return stream;
    }

    public SampleSeries AddSeries(PointStream stream, string suffix, string label = "", string value = "")
    {
        var series = new SampleSeries(stream, suffix, (label, value));
        stream.Series.Add(series);
        stream.Origin.Quota.Series++;
        SeriesCount++;
        return series;
    }

    /// <summary>False when there was a sample of that time.</summary>
    public bool Append(SampleSeries series, long time, double value)
    {
        var before = series.HeadBytes;
        var isNew = series.Add(time, value, Sealing);
        _bytes += series.HeadBytes - before;
        return isNew;
    }

    /// <summary>
    /// Keeps memory within its limit: sealed chunks leave it, the oldest first; then heads are sealed.
    /// </summary>
    public void Trim()
    {
        if (_bytes <= _limits.SampleBytes) return;
        if (_sealed.Count == 0) SealAll();
        // A bit more than needed, so that not every request has to do it again.
        while (_bytes > _limits.SampleBytes * 7 / 8 && _sealed.TryDequeue(out var oldest)) Forget(oldest.Series,
            oldest.Chunk);
    }

    public void SealAll()
    {
        foreach (var stream in _streams.Values)
            foreach (var series in stream.Series) Seal(series);
    }

    private void Seal(SampleSeries series)
    {
        var before = series.HeadBytes;
        series.Seal(Sealing);
        _bytes += series.HeadBytes - before;
    }

    /// <summary>
    /// Streams without samples for a while are sealed and forgotten; chunks beyond the retention too.
    /// </summary>
    public void Expire(DateTimeOffset now)
    {
        var old = (now - _limits.Retention).ToUnixTimeMilliseconds();
        while (_sealed.TryPeek(out var oldest) && oldest.Chunk.Last < old)
        {
            _sealed.Dequeue();
            Forget(oldest.Series, oldest.Chunk);
        }
        var idle = (now - _limits.Idle).ToUnixTimeMilliseconds();
        var gone = _streams.Values.Where(stream => stream.LastTime < idle).ToHashSet();
        if (gone.Count == 0) return;
        foreach (var stream in gone) Remove(stream);
        foreach (var family in gone.Select(stream => stream.Family).Distinct()) family.Streams.RemoveAll(gone.Contains);
        foreach (var origin in gone.Select(stream => stream.Origin).Distinct()) origin.Streams.RemoveAll(gone.Contains);
        // Their chunks were written; what the queue still holds of them goes with them.
        for (var i = _sealed.Count; i > 0; i--)
        {
            var entry = _sealed.Dequeue();
            if (gone.Contains(entry.Series.Stream)) Forget(entry.Series, entry.Chunk);
            else _sealed.Enqueue(entry);
        }
    }

    private void Remove(PointStream stream)
    {
        foreach (var series in stream.Series)
        {
            Seal(series);
            stream.Origin.Quota.Series--;
            SeriesCount--;
        }
        _streams.Remove(stream.Key);
    }

    private void Forget(SampleSeries series, SampleChunk chunk)
    {
        series.Forget(chunk);
        _bytes -= chunk.Bytes.Length + ChunkOwnBytes;
        if (chunk.Last > OnDiskUntil) OnDiskUntil = chunk.Last;
    }
}
