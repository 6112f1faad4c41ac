using Headway.Core.Conditions.Evaluation;
using Headway.Core.Conditions.Values;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>Arithmetic, and `+` of texts, bytes and lists. Whole numbers that overflow are an error.</summary>
internal static class Operators
{
    public static readonly Function[] All =
    [
        Function.Global("_+_", Plus),
        Function.Global("_-_", a => a switch
        {
            [Int(var x), Int(var y)] => Signed((Int128)x - y),
            [UInt(var x), UInt(var y)] => Unsigned((Int128)x - y),
            [ConditionValue.Double(var x), ConditionValue.Double(var y)] => new ConditionValue.Double(x - y),
            [Timestamp x, Timestamp y] => Durations.Of(Timestamps.Nanoseconds(x) - Timestamps.Nanoseconds(y)),
            [Timestamp x, Duration(var y)] => Timestamps.Of(Timestamps.Nanoseconds(x) - y),
            [Duration(var x), Duration(var y)] => Durations.Of((Int128)x - y),
            _ => null,
        }),
        Function.Global("_*_", a => a switch
        {
            [Int(var x), Int(var y)] => Signed((Int128)x * y),
            [UInt(var x), UInt(var y)] => (UInt128)x * y is var product && product <= ulong.MaxValue
                ? new UInt((ulong)product) : Overflow,
            [ConditionValue.Double(var x), ConditionValue.Double(var y)] => new ConditionValue.Double(x * y),
            _ => null,
        }),
        Function.Global("_/_", a => a switch
        {
            [Int, Int(0)] or [UInt, UInt(0)] => new Failed("divide by zero"),
            [Int(var x), Int(var y)] => Signed((Int128)x / y),
            [UInt(var x), UInt(var y)] => new UInt(x / y),
            [ConditionValue.Double(var x), ConditionValue.Double(var y)] => new ConditionValue.Double(x / y),
            _ => null,
        }),
        Function.Global("_%_", a => a switch
        {
            [Int, Int(0)] or [UInt, UInt(0)] => new Failed("modulus by zero"),
            [Int(long.MinValue), Int(-1)] => Overflow,
            [Int(var x), Int(var y)] => new Int(x % y),
            [UInt(var x), UInt(var y)] => new UInt(x % y),
            _ => null,
        }),
        Function.Global("-_", a => a switch
        {
            [Int(var x)] => Signed(-(Int128)x),
            [ConditionValue.Double(var x)] => new ConditionValue.Double(-x),
            _ => null,
        }),
        Function.Global("!_", a => a is [Bool(var flag)] ? Bool.Of(!flag) : null),
    ];

    private static Failed Overflow => new("return error for overflow");

    private static ConditionValue? Plus(ConditionValue[] a, Budget budget)
    {
        switch (a)
        {
            case [Text(var x), Text(var y)]:
                budget.Make(2L * (x.Length + y.Length));
                return Budget.Made(new Text(x + y));
            case [Bytes(var x), Bytes(var y)]:
                budget.Make(x.Length + y.Length);
                return Budget.Made(new Bytes(x.AddRange(y)));
            case [List(var x), List(var y)]:
                budget.Make(8L * (x.Length + y.Length));
                return Budget.Made(new List(x.AddRange(y)));
            default:
                return Sum(a);
        }
    }

    private static ConditionValue? Sum(ConditionValue[] a) => a switch
    {
        [Int(var x), Int(var y)] => Signed((Int128)x + y),
        [UInt(var x), UInt(var y)] => Unsigned((Int128)x + y),
        [ConditionValue.Double(var x), ConditionValue.Double(var y)] => new ConditionValue.Double(x + y),
        [Timestamp x, Duration(var y)] => Timestamps.Of(Timestamps.Nanoseconds(x) + y),
        [Duration(var x), Timestamp y] => Timestamps.Of(Timestamps.Nanoseconds(y) + x),
        [Duration(var x), Duration(var y)] => Durations.Of((Int128)x + y),
        _ => null,
    };

    private static ConditionValue Signed(Int128 number) =>
        number >= long.MinValue && number <= long.MaxValue ? new Int((long)number) : Overflow;

    private static ConditionValue Unsigned(Int128 number) =>
        number >= 0 && number <= ulong.MaxValue ? new UInt((ulong)number) : Overflow;
}
