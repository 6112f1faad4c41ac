namespace Headway.Server.Telemetry.Otlp;

/// <summary>
/// An exponential histogram in buckets whose upper bounds are powers of the square root of two. Finer buckets of the
/// sender are added together, which is exact; coarser ones are put at their upper bound.
/// </summary>
internal sealed class ExponentialPowers
{
    /// <summary>Beyond these no double lies.</summary>
    private const int LowestPower = -2148, HighestPower = 2047;
    private readonly SortedDictionary<int, double> _counts = [];

    public long Scale { get; set; }
    public long Offset { get; set; }
    public double Zeros { get; set; }
    public double Negatives { get; set; }
    public bool IsEmpty => _counts.Count == 0;
    public int Low => _counts.Keys.First();
    public int High => _counts.Keys.Last();
    public double AtMostZero => Zeros + Negatives;

    public static double UpperBound(int power) => Math.Pow(2, power / 2.0);

    public void Clear()
    {
        (Scale, Offset, Zeros, Negatives) = (0, 0, 0, 0);
        _counts.Clear();
    }

    /// <summary>False when the values lie too far apart for so many buckets, or where no number is.</summary>
    public bool Fold(PointFields fields, int most)
    {
        _counts.Clear();
        if (Scale is < -10 or > 20) return false;
        for (var i = 0; i < fields.Buckets.Count; i++)
        {
            if (fields.Buckets[i] == 0) continue;
            var power = Math.Ceiling((Offset + i + 1.0) * Math.Pow(2, 1 - Scale));
            if (power is < LowestPower or > HighestPower) return false;
            _counts[(int)power] = _counts.GetValueOrDefault((int)power) + fields.Buckets[i];
        }
        return IsEmpty || High - Low < most;
    }

    /// <summary>For each power in this order: how many values are at most its bound.</summary>
    public void AddCumulative(List<double> into, IReadOnlyList<int> powers)
    {
        foreach (var power in powers)
        {
            var sum = AtMostZero;
            foreach (var (at, count) in _counts)
                if (at <= power) sum += count;
            into.Add(sum);
        }
    }
}
