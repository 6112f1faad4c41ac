using System.Globalization;

namespace Headway.Core.Conditions.Values;

/// <summary>Lengths of time as text: 90s, 1.5s, 1h30m.</summary>
internal static class Durations
{
    public const long Second = 1_000_000_000;

    /// <summary>Nanoseconds in a unit; two-letter units first, since `m` begins `ms`.</summary>
    private static readonly (string Name, long Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ms", 1_000_000),
        ("s", Second), ("m", 60 * Second), ("h", 3600 * Second),
    ];

    public static ConditionValue Of(Int128 nanoseconds) =>
        nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue ? new ConditionValue.Duration((long)nanoseconds)
            : new ConditionValue.Failed("range error: the duration is longer than 292 years");

    public static ConditionValue Parse(string text)
    {
        var rest = text.AsSpan();
        var isNegative = rest is ['-', ..];
        if (rest is ['-' or '+', ..]) rest = rest[1..];
        if (rest is "0") return new ConditionValue.Duration(0);
        if (rest.IsEmpty || rest.Length > 64) return Wrong(text);
        Int128 sum = 0;
        while (!rest.IsEmpty)
        {
            if (Part(ref rest) is not { } part) return Wrong(text);
            sum += part;
            if (sum > (Int128)ulong.MaxValue) break;
        }
        return Of(isNegative ? -sum : sum);
    }

    public static string Text(long nanoseconds)
    {
        var seconds = Int128.Abs(nanoseconds);
        var fraction = ((long)(seconds % Second)).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return $"{(nanoseconds < 0 ? "-" : "")}{seconds / Second}{(fraction.Length > 0 ? "." : "")}{fraction}s";
    }

    /// <summary>A decimal number with a unit, in nanoseconds, or null.</summary>
    private static Int128? Part(ref ReadOnlySpan<char> rest)
    {
        var end = 0;
        while (end < rest.Length && (char.IsAsciiDigit(rest[end]) || rest[end] == '.')) end++;
        if (end == 0) return null;
        var number = rest[..end];
        rest = rest[end..];
        foreach (var (name, size) in Units)
        {
            if (!rest.StartsWith(name, StringComparison.Ordinal)) continue;
            rest = rest[name.Length..];
            const NumberStyles style = NumberStyles.AllowDecimalPoint;
            if (!decimal.TryParse(number, style, CultureInfo.InvariantCulture, out var value)) return null;
            // Far beyond the range of durations already; the bound keeps the product within decimal.
            return (Int128)decimal.Truncate(Math.Min(value, 1e15m) * size);
        }
        return null;
    }

    private static ConditionValue.Failed Wrong(string text) =>
        new($"'{Notation.Short(text)}' is not a duration: write for example 90s, 1.5h or 1h30m");
}
