using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>math.bitAnd and its like, on int and uint.</summary>
internal static class Bits
{
    public static readonly Function[] All =
    [
        Two("math.bitAnd", (x, y) => x & y),
        Two("math.bitOr", (x, y) => x | y),
        Two("math.bitXor", (x, y) => x ^ y),
        Function.Global("math.bitNot", a => a switch
        {
            [Int(var number)] => new Int(~number),
            [UInt(var number)] => new UInt(~number),
            _ => null,
        }),
        Function.Global("math.bitShiftLeft", a => a switch
        {
            [Int or UInt, Int(< 0)] => new Failed($"math.bitShiftLeft() negative offset: {a[1]}"),
            [Int(var number), Int(var by)] => new Int(by > 63 ? 0 : number << (int)by),
            [UInt(var number), Int(var by)] => new UInt(by > 63 ? 0 : number << (int)by),
            _ => null,
        }),
        Function.Global("math.bitShiftRight", a => a switch
        {
            [Int or UInt, Int(< 0)] => new Failed($"math.bitShiftRight() negative offset: {a[1]}"),
            [Int(var number), Int(var by)] => new Int(number >> (int)Math.Min(by, 63)),
            [UInt(var number), Int(var by)] => new UInt(by > 63 ? 0 : number >> (int)by),
            _ => null,
        }),
    ];

    private static Function Two(string name, Func<ulong, ulong, ulong> of) => Function.Global(name, a => a switch
    {
        [Int(var x), Int(var y)] => new Int(unchecked((long)of((ulong)x, (ulong)y))),
        [UInt(var x), UInt(var y)] => new UInt(of(x, y)),
        _ => null,
    });
}
