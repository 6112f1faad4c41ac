using System.Collections.Immutable;

namespace Headway.Server.Telemetry.Series;

/// <summary>Samples of one set of labels, in order of time. `__name__` is a label among the others.</summary>
/// <param name="Labels">By name, in ordinal order.</param>
/// <param name="Times">Milliseconds since 1970, strictly rising.</param>
/// <param name="Values">One for each time; NaN with the bits of <see cref="Stale"/> ends a series.</param>
public sealed record TimeSeries(
    ImmutableSortedDictionary<string, string> Labels, ReadOnlyMemory<long> Times, ReadOnlyMemory<double> Values)
{
    /// <summary>The mark by which Prometheus says that a series has ended.</summary>
    public static readonly double Stale = BitConverter.Int64BitsToDouble(0x7ff0000000000002);

    public static bool IsStale(double value) =>
        BitConverter.DoubleToInt64Bits(value) == BitConverter.DoubleToInt64Bits(Stale);
}

/// <summary>One condition of a selector: `code=~"5.."`. A missing label counts as the empty text.</summary>
public sealed record LabelMatcher(string Name, MatchKind Kind, string Value);

public enum MatchKind { Equal, NotEqual, Matches, NotMatches }

/// <summary>What is asked of whatever keeps series: those that fit, with their samples in (from, to].</summary>
public delegate IReadOnlyList<TimeSeries> SelectSeries(
    IReadOnlyList<LabelMatcher> matchers, long fromMilliseconds, long toMilliseconds);
