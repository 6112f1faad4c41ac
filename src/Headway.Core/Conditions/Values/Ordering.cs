namespace Headway.Core.Conditions.Values;

/// <summary>The language's order: of numbers across their types, and of values of one type that has an order.</summary>
internal static class Ordering
{
    /// <summary>What comparing with NaN gives: neither less nor equal nor greater.</summary>
    public const int Unordered = 2;

    /// <summary>-1, 0, 1 or <see cref="Unordered"/>; null when the two have no order.</summary>
    public static int? Of(ConditionValue left, ConditionValue right) => (left, right) switch
    {
        (ConditionValue.Text(var a), ConditionValue.Text(var b)) => Texts(a, b),
        (ConditionValue.Bool(var a), ConditionValue.Bool(var b)) => a.CompareTo(b),
        (ConditionValue.Bytes(var a), ConditionValue.Bytes(var b)) =>
            Math.Sign(a.AsSpan().SequenceCompareTo(b.AsSpan())),
        (ConditionValue.Timestamp a, ConditionValue.Timestamp b) =>
            (a.Seconds, a.Nanoseconds).CompareTo((b.Seconds, b.Nanoseconds)),
        (ConditionValue.Duration(var a), ConditionValue.Duration(var b)) => a.CompareTo(b),
        _ => Numbers(left, right),
    };

    /// <summary>Null unless both are numbers.</summary>
    public static int? Numbers(ConditionValue left, ConditionValue right) => (left, right) switch
    {
        (ConditionValue.Int(var a), ConditionValue.Int(var b)) => a.CompareTo(b),
        (ConditionValue.UInt(var a), ConditionValue.UInt(var b)) => a.CompareTo(b),
        (ConditionValue.Int(var a), ConditionValue.UInt(var b)) => ((Int128)a).CompareTo((Int128)b),
        (ConditionValue.UInt(var a), ConditionValue.Int(var b)) => ((Int128)a).CompareTo((Int128)b),
        (ConditionValue.Double(var a), ConditionValue.Double(var b)) => Doubles(a, b),
        (ConditionValue.Double(var a), ConditionValue.Int(var b)) => Doubles(a, b),
        (ConditionValue.Double(var a), ConditionValue.UInt(var b)) => Doubles(a, b),
        (ConditionValue.Int(var a), ConditionValue.Double(var b)) => Doubles(a, b),
        (ConditionValue.UInt(var a), ConditionValue.Double(var b)) => Doubles(a, b),
        _ => null,
    };

    private static int Doubles(double a, double b) =>
        double.IsNaN(a) || double.IsNaN(b) ? Unordered : a < b ? -1 : a > b ? 1 : 0;

    /// <summary>By code points. UTF-16 sorts the characters beyond U+FFFF before those from U+E000 on.</summary>
    public static int Texts(string a, string b)
    {
        var length = Math.Min(a.Length, b.Length);
        var at = a.AsSpan(0, length).CommonPrefixLength(b.AsSpan(0, length));
        return at == length ? a.Length.CompareTo(b.Length) : Rank(a[at]).CompareTo(Rank(b[at]));
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
