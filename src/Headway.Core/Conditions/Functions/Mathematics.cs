using System.Collections.Immutable;
using Headway.Core.Conditions.Evaluation;
using Headway.Core.Conditions.Values;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>math.greatest, math.abs, math.round and their like.</summary>
internal static class Mathematics
{
    public static readonly Function[] All =
    [
        Function.Global("math.greatest", (a, budget) => Extreme(a, wanted: 1, budget)),
        Function.Global("math.least", (a, budget) => Extreme(a, wanted: -1, budget)),
        Real("math.ceil", Math.Ceiling),
        Real("math.floor", Math.Floor),
        Real("math.round", number => Math.Round(number, MidpointRounding.AwayFromZero)),
        Real("math.trunc", Math.Truncate),
        Test("math.isNaN", double.IsNaN),
        Test("math.isInf", double.IsInfinity),
        Test("math.isFinite", double.IsFinite),
        Function.Global("math.sqrt", a => a switch
        {
            [ConditionValue.Double(var number)] => new ConditionValue.Double(Math.Sqrt(number)),
            [Int(var number)] => new ConditionValue.Double(Math.Sqrt(number)),
            [UInt(var number)] => new ConditionValue.Double(Math.Sqrt(number)),
            _ => null,
        }),
        Function.Global("math.abs", a => a switch
        {
            [UInt] => a[0],
            [Int(long.MinValue)] => new Failed("return error for overflow: integer overflow"),
            [Int(var number)] => new Int(Math.Abs(number)),
            [ConditionValue.Double(var number)] => new ConditionValue.Double(Math.Abs(number)),
            _ => null,
        }),
        Function.Global("math.sign", a => a switch
        {
            [UInt(var number)] => new UInt(number > 0 ? 1UL : 0),
            [Int(var number)] => new Int(Math.Sign(number)),
            [ConditionValue.Double(double.NaN)] => a[0],
            [ConditionValue.Double(var number)] => new ConditionValue.Double(Math.Sign(number)),
            _ => null,
        }),
    ];

    private static Function Real(string name, Func<double, double> of) => Function.Global(name,
        a => a is [ConditionValue.Double(var number)] ? new ConditionValue.Double(of(number)) : null);

    private static Function Test(string name, Func<double, bool> of) => Function.Global(name,
        a => a is [ConditionValue.Double(var number)] ? Bool.Of(of(number)) : null);

    /// <summary>Of the arguments, or of the one list; the first of those that are equal.</summary>
    private static ConditionValue? Extreme(ConditionValue[] a, int wanted, Budget budget)
    {
        var numbers = a is [List(var items)] ? items : [.. a];
        budget.Step(numbers.Length);
        if (numbers.IsEmpty || !numbers.All(number => number is Int or UInt or ConditionValue.Double)) return null;
        return numbers.Aggregate((best, next) => Ordering.Numbers(next, best) == wanted ? next : best);
    }
}
