namespace Headway.Server.Telemetry.Series;

/// <summary>
/// The samples of one set of labels: a head that grows, and sealed chunks. Late samples are sorted into the head, or
/// into a second one when they are older than the head.
/// </summary>
/// <param name="suffix">What the name has after that of the metric: `_bucket`, or nothing.</param>
/// <param name="extra">
/// The label that tells it from the others of its point, `le` or `quantile`; or an empty name.
/// </param>
internal sealed class SampleSeries(PointStream stream, string suffix, (string Name, string Value) extra)
{
    /// <summary>Samples of a chunk.</summary>
    public const int ChunkSamples = 120;

    /// <summary>What the object costs beside its samples, roughly: for the limit of memory.</summary>
    public const int OwnBytes = 160;

    private SampleEncoder _head;
    private SampleEncoder _late;
    private List<SampleChunk>? _sealed;

    public PointStream Stream => stream;
    public string Suffix => suffix;
    public (string Name, string Value) Extra => extra;
    public long LastTime => _head.Count > 0 ? _head.Last : SealedUntil;
    public double LastValue { get; private set; } = double.NaN;
    public int HeadBytes => _head.Room + _late.Room;

    /// <summary>Number of the file in which it is defined, and its own number there.</summary>
    public int StoredIn { get; set; }

    public int StoredAs { get; set; }

    /// <summary>Time of the newest sample that was sealed.</summary>
    public long SealedUntil { get; private set; } = long.MinValue;

    /// <summary>False when there was a sample of that time, which stays as it is.</summary>
    public bool Add(long time, double value, Action<SampleSeries, SampleChunk> sealing)
    {
        if (time > LastTime)
        {
            _head.Add(time, value);
            LastValue = value;
            if (_head.Count == ChunkSamples) SealHead(sealing);
            return true;
        }
        if (time == LastTime) return false;
        if (_head.Count > 0 && time >= _head.First) return Insert(ref _head, time, value);
        if (_sealed is not null && Has(time)) return false;
        if (_late.Count == 0 || time > _late.Last) _late.Add(time, value);
        else if (!Insert(ref _late, time, value)) return false;
        if (_late.Count == ChunkSamples) Keep(_late.Seal(), sealing);
        return true;
    }

    public void Seal(Action<SampleSeries, SampleChunk> sealing)
    {
        if (_head.Count > 0) SealHead(sealing);
        if (_late.Count > 0) Keep(_late.Seal(), sealing);
    }

    public void Forget(SampleChunk chunk) => _sealed?.Remove(chunk);

    /// <summary>Samples in memory in (from, to], by time, each time once.</summary>
    public void CopyTo(List<long> times, List<double> values, long from, long to)
    {
        foreach (var chunk in _sealed ?? []) chunk.CopyTo(times, values, from, to);
        _late.CopyTo(times, values, from, to);
        _head.CopyTo(times, values, from, to);
    }

    /// <summary>The chunks that are not sealed yet, for a checkpoint.</summary>
    public IEnumerable<SampleChunk> Open()
    {
        if (_late.Count > 0) yield return _late.Copy();
        if (_head.Count > 0) yield return _head.Copy();
    }

    /// <summary>After a restart: what was sealed is on the disk, up to this sample.</summary>
    public void Resume(long sealedUntil, double lastValue) => (SealedUntil, LastValue) = (sealedUntil, lastValue);

    private void SealHead(Action<SampleSeries, SampleChunk> sealing)
    {
        SealedUntil = _head.Last;
        Keep(_head.Seal(), sealing);
    }

    private void Keep(SampleChunk chunk, Action<SampleSeries, SampleChunk> sealing)
    {
        (_sealed ??= new(1)).Add(chunk);
        sealing(this, chunk);
    }

    /// <summary>Whether there is a sample of that time in memory.</summary>
    public bool Has(long time)
    {
        var times = new List<long>();
        CopyTo(times, [], time - 1, time);
        return times.Count > 0;
    }

    private static bool Insert(ref SampleEncoder chunk, long time, double value)
    {
        List<long> times = [];
        List<double> values = [];
        chunk.CopyTo(times, values, long.MinValue, long.MaxValue);
        var at = times.BinarySearch(time);
        if (at >= 0) return false;
        times.Insert(~at, time);
        values.Insert(~at, value);
        chunk.Clear();
        for (var i = 0; i < times.Count; i++) chunk.Add(times[i], values[i]);
        return true;
    }
}
