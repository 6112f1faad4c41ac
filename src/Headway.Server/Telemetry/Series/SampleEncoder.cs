using System.Numerics;

namespace Headway.Server.Telemetry.Series;

/// <summary>
/// Samples in few bits each: the difference of the differences of times, and of values only the bits that changed
/// (after Pelkonen et al., Gorilla, VLDB 2015). A steady series costs two bits a sample.
/// </summary>
internal struct SampleEncoder
{
    private const int FirstBytes = 32;
    private byte[]? _bytes;
    private int _bits;
    private long _delta;
    private ulong _value;
    private byte _lead, _trail;

    public int Count { get; private set; }
    public long First { get; private set; }
    public long Last { get; private set; }

    public readonly int Room => _bytes?.Length ?? 0;

    public readonly double LastValue => BitConverter.UInt64BitsToDouble(_value);

    /// <summary>The time must be later than the last.</summary>
    public void Add(long time, double sample)
    {
        var value = BitConverter.DoubleToUInt64Bits(sample);
        if (Count == 0)
        {
            _bytes ??= new byte[FirstBytes];
            Write((ulong)time, 64);
            Write(value, 64);
            (First, Last, _delta, _lead, _trail) = (time, time, 0, byte.MaxValue, 0);
        }
        else
        {
            AddTime(time);
            AddValue(value ^ _value);
        }
        _value = value;
        Count++;
    }

    /// <summary>What was added, in an array of its own; then it is empty again.</summary>
    public SampleChunk Seal()
    {
        var chunk = Copy();
        Clear();
        return chunk;
    }

    public void Clear() => this = default;

    public readonly void CopyTo(List<long> times, List<double> values, long from, long to)
    {
        if (Count > 0) SampleDecoder.Read(_bytes!, Count, times, values, from, to);
    }

    public readonly SampleChunk Copy() => new(First, Last, Count, _bytes.AsSpan(0, (_bits + 7) / 8).ToArray());

    private void AddTime(long time)
    {
        var delta = time - Last;
        var change = delta - _delta;
        (Last, _delta) = (time, delta);
        switch (change)
        {
            case 0: Write(0, 1); break;
            case >= -64 and < 64: Write(0b10ul << 7 | (ulong)(change + 64), 9); break;
            case >= -2048 and < 2048: Write(0b110ul << 12 | (ulong)(change + 2048), 15); break;
            case >= -(1 << 19) and < 1 << 19: Write(0b1110ul << 20 | (ulong)(change + (1 << 19)), 24); break;
            default:
                Write(0b1111, 4);
                Write((ulong)change, 64);
                break;
        }
    }

    private void AddValue(ulong changed)
    {
        if (changed == 0)
        {
            Write(0, 1);
            return;
        }
        var lead = Math.Min(BitOperations.LeadingZeroCount(changed), 31);
        var trail = BitOperations.TrailingZeroCount(changed);
        if (_lead != byte.MaxValue && lead >= _lead && trail >= _trail && 64 - _lead - _trail <= 64 - lead - trail + 11)
        {
            Write(0b10, 2);
            Write(changed >> _trail, 64 - _lead - _trail);
            return;
        }
        (_lead, _trail) = ((byte)lead, (byte)trail);
        var length = 64 - lead - trail;
        Write(0b11ul << 11 | (uint)lead << 6 | (uint)(length - 1), 13);
        Write(changed >> trail, length);
    }

    private void Write(ulong value, int bits)
    {
        if (_bits + bits > _bytes!.Length * 8) Array.Resize(ref _bytes, _bytes.Length * 2);
        while (bits > 0)
        {
            var free = 8 - (_bits & 7);
            var take = Math.Min(free, bits);
            var part = (byte)(value >> (bits - take) & ((1u << take) - 1));
            _bytes[_bits >> 3] |= (byte)(part << (free - take));
            _bits += take;
            bits -= take;
        }
    }
}
