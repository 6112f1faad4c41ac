namespace Headway.Server.Telemetry.Series;

/// <summary>Samples that no more are added to.</summary>
internal sealed record SampleChunk(long First, long Last, int Count, byte[] Bytes)
{
    public void CopyTo(List<long> times, List<double> values, long from, long to)
    {
        if (First <= to && Last > from) SampleDecoder.Read(Bytes, Count, times, values, from, to);
    }

    public void CopyAll(List<long> times, List<double> values) =>
        SampleDecoder.Read(Bytes, Count, times, values, long.MinValue, long.MaxValue);
}

/// <summary>Reads what <see cref="SampleEncoder"/> wrote.</summary>
internal ref struct SampleDecoder
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _bits;

    private SampleDecoder(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Samples in (from, to].</summary>
    public static void Read(
        ReadOnlySpan<byte> bytes, int count, List<long> times, List<double> values, long from, long to)
    {
        var reader = new SampleDecoder(bytes);
        var time = (long)reader.Read(64);
        var value = reader.Read(64);
        long delta = 0;
        int lead = 0, length = 0;
        for (var i = 0; ; )
        {
            if (time > to) return;
            if (time > from)
            {
                times.Add(time);
                values.Add(BitConverter.UInt64BitsToDouble(value));
            }
            if (++i == count) return;
            time += delta += reader.ReadChange();
            if (reader.Read(1) == 0) continue;
            if (reader.Read(1) == 1)
            {
                lead = (int)reader.Read(5);
                length = (int)reader.Read(6) + 1;
            }
            value ^= reader.Read(length) << (64 - lead - length);
        }
    }

    private long ReadChange()
    {
        if (Read(1) == 0) return 0;
        if (Read(1) == 0) return (long)Read(7) - 64;
        if (Read(1) == 0) return (long)Read(12) - 2048;
        return Read(1) == 0 ? (long)Read(20) - (1 << 19) : (long)Read(64);
    }

    private ulong Read(int bits)
    {
        var value = 0ul;
        while (bits > 0)
        {
            var free = 8 - (_bits & 7);
            var take = Math.Min(free, bits);
            var part = (ulong)(_bytes[_bits >> 3] >> (free - take)) & ((1u << take) - 1);
            value = value << take | part;
            _bits += take;
            bits -= take;
        }
        return value;
    }
}
