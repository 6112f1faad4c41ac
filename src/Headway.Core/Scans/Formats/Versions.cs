using System.Globalization;

namespace Headway.Core.Scans.Formats;

/// <summary>Versions in the order of SemVer, lenient: any number of numbers, and a pre-release is before its release.</summary>
internal static class Versions
{
    public static int Compare(string one, string other)
    {
        var (left, right) = (Parts(one), Parts(other));
        for (var at = 0; at < Math.Max(left.Numbers.Length, right.Numbers.Length); at++)
        {
            var order = ComparePart(left.Numbers.ElementAtOrDefault(at) ?? "0", right.Numbers.ElementAtOrDefault(at) ?? "0");
            if (order != 0) return order;
        }
        if (left.Before.Length == 0 || right.Before.Length == 0) return right.Before.Length.CompareTo(left.Before.Length);
        for (var at = 0; at < Math.Min(left.Before.Length, right.Before.Length); at++)
            if (ComparePart(left.Before[at], right.Before[at]) is var order and not 0) return order;
        return left.Before.Length.CompareTo(right.Before.Length);
    }

    private static (string[] Numbers, string[] Before) Parts(string version)
    {
        var plain = version.TrimStart('v', '=').Split('+')[0];
        var dash = plain.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? (plain.Split('.'), []) : (plain[..dash].Split('.'), plain[(dash + 1)..].Split('.'));
    }

    /// <summary>Numbers are before words, as SemVer says.</summary>
    private static int ComparePart(string one, string other)
    {
        var (isNumber, left) = (ulong.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var l), l);
        var (isOther, right) = (ulong.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out var r), r);
        if (isNumber && isOther) return left.CompareTo(right);
        return isNumber != isOther ? isNumber ? -1 : 1 : string.CompareOrdinal(one, other);
    }
}
