using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>The fields of one point, of whatever kind. Used again for every point.</summary>
internal sealed class PointFields
{
    public const int NumberExemplars = 5, HistogramExemplars = 8, ExponentialExemplars = 11;
    private const ulong NanosInMilli = 1_000_000;
    private const int NoRecordedValue = 1;

    /// <summary>More values than any limit allows are not even read.</summary>
    private const int MostValues = 4096;

    /// <summary>Milliseconds since 1970.</summary>
    public long At { get; private set; }

    public double Value { get; private set; }
    public bool HasValue { get; private set; }

    /// <summary>The sender says that there is no value any more.</summary>
    public bool IsStale { get; private set; }

    public bool HasExemplars { get; private set; }
    public double Count { get; private set; }
    public double Sum { get; private set; }

    /// <summary>Upper bounds of buckets, or quantiles of a summary.</summary>
    public List<double> Bounds { get; } = [];

    public List<double> Buckets { get; } = [];
    public List<double> Quantiles { get; } = [];
    public ExponentialPowers Powers { get; } = new();

    public void ReadNumber(ReadOnlySpan<byte> point, LabelKey key)
    {
        Begin(key);
        var reader = new ProtoReader(point);
        while (reader.Next())
            switch (reader.Field)
            {
                case 7: key.Add(reader.ReadBytes()); break;
                case 3: At = Millis(reader.ReadFixed64()); break;
                case 4: (Value, HasValue) = (reader.ReadDouble(), true); break;
                case 6: (Value, HasValue) = ((long)reader.ReadFixed64(), true); break;
                case 8: IsStale = (reader.ReadVarint() & NoRecordedValue) != 0; break;
                default: Other(ref reader, NumberExemplars); break;
            }
    }

    public void ReadHistogram(ReadOnlySpan<byte> point, LabelKey key)
    {
        Begin(key);
        var reader = new ProtoReader(point);
        while (reader.Next())
            switch (reader.Field)
            {
                case 9: key.Add(reader.ReadBytes()); break;
                case 3: At = Millis(reader.ReadFixed64()); break;
                case 4: Count = reader.ReadFixed64(); break;
                case 5: Sum = reader.ReadDouble(); break;
                case 6: ReadCounts(ref reader, ProtoReader.Fixed64, Buckets); break;
                case 7: ReadDoubles(ref reader, Bounds); break;
                case 10: IsStale = (reader.ReadVarint() & NoRecordedValue) != 0; break;
                default: Other(ref reader, HistogramExemplars); break;
            }
    }

    public void ReadExponential(ReadOnlySpan<byte> point, LabelKey key)
    {
        Begin(key);
        Powers.Clear();
        var reader = new ProtoReader(point);
        while (reader.Next())
            switch (reader.Field)
            {
                case 1: key.Add(reader.ReadBytes()); break;
                case 3: At = Millis(reader.ReadFixed64()); break;
                case 4: Count = reader.ReadFixed64(); break;
                case 5: Sum = reader.ReadDouble(); break;
                case 6: Powers.Scale = reader.ReadZigZag(); break;
                case 7: Powers.Zeros += reader.ReadFixed64(); break;
                case 8: ReadPowers(reader.ReadBytes(), isNegative: false); break;
                case 9: ReadPowers(reader.ReadBytes(), isNegative: true); break;
                case 10: IsStale = (reader.ReadVarint() & NoRecordedValue) != 0; break;
                default: Other(ref reader, ExponentialExemplars); break;
            }
    }

    public void ReadSummary(ReadOnlySpan<byte> point, LabelKey key)
    {
        Begin(key);
        var reader = new ProtoReader(point);
        while (reader.Next())
            switch (reader.Field)
            {
                case 7: key.Add(reader.ReadBytes()); break;
                case 3: At = Millis(reader.ReadFixed64()); break;
                case 4: Count = reader.ReadFixed64(); break;
                case 5: Sum = reader.ReadDouble(); break;
                case 6: ReadQuantile(reader.ReadBytes()); break;
                case 8: IsStale = (reader.ReadVarint() & NoRecordedValue) != 0; break;
                default: reader.Skip(); break;
            }
    }

    /// <summary>
    /// Bounds rise and are finite, and there is one count more than there are bounds, or none of either.
    /// </summary>
    public bool BucketsFit(int most)
    {
        if (Bounds.Count > most || IsStale && Bounds.Count == 0 && Buckets.Count == 0) return IsStale;
        for (var i = 0; i < Bounds.Count; i++)
            if (!double.IsFinite(Bounds[i]) || i > 0 && Bounds[i] <= Bounds[i - 1]) return false;
        return Buckets.Count == Bounds.Count + 1 || Buckets.Count == 0 && Bounds.Count == 0;
    }

    private void Begin(LabelKey key)
    {
        key.Begin();
        (At, Value, HasValue, IsStale, HasExemplars, Count, Sum) = (0, 0, false, false, false, 0, 0);
        Bounds.Clear();
        Buckets.Clear();
        Quantiles.Clear();
    }

    private void Other(ref ProtoReader reader, int exemplars)
    {
        HasExemplars |= reader.Field == exemplars;
        reader.Skip();
    }

    private void ReadPowers(ReadOnlySpan<byte> buckets, bool isNegative)
    {
        var counts = isNegative ? [] : Buckets;
        var reader = new ProtoReader(buckets);
        while (reader.Next())
            if (reader.Field == 1) Powers.Offset = reader.ReadZigZag();
            else if (reader.Field == 2) ReadCounts(ref reader, ProtoReader.Varint, counts);
            else reader.Skip();
        if (isNegative) Powers.Negatives += counts.Sum();
    }

    private void ReadQuantile(ReadOnlySpan<byte> bytes)
    {
        double quantile = 0, value = 0;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
            if (reader.Field == 1) quantile = reader.ReadDouble();
            else if (reader.Field == 2) value = reader.ReadDouble();
            else reader.Skip();
        if (Bounds.Count >= MostValues || !double.IsFinite(value) || Bounds.Contains(quantile)) return;
        Bounds.Add(quantile);
        Quantiles.Add(value);
    }

    private static void ReadCounts(ref ProtoReader reader, int wire, List<double> into)
    {
        if (reader.Wire != ProtoReader.Length)
        {
            Add(into, wire == ProtoReader.Fixed64 ? reader.ReadFixed64() : reader.ReadVarint());
            return;
        }
        var packed = new PackedNumbers(reader.ReadBytes(), wire);
        while (packed.Next()) Add(into, packed.Value);
    }

    private static void ReadDoubles(ref ProtoReader reader, List<double> into)
    {
        if (reader.Wire != ProtoReader.Length)
        {
            Add(into, reader.ReadDouble());
            return;
        }
        var packed = new PackedNumbers(reader.ReadBytes(), ProtoReader.Fixed64);
        while (packed.Next()) Add(into, BitConverter.UInt64BitsToDouble(packed.Value));
    }

    private static void Add(List<double> into, double value)
    {
        if (into.Count < MostValues) into.Add(value);
    }

    private static long Millis(ulong nanos) => (long)(nanos / NanosInMilli);
}
