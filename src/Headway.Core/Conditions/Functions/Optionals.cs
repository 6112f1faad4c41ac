using System.Collections.Immutable;
using Headway.Core.Conditions.Evaluation;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>Values that may be missing.</summary>
internal static class Optionals
{
    public static readonly Function[] All =
    [
        Function.Global("optional.of", a => a is [var value] ? new Optional(value) : null),
        Function.Global("optional.none", a => a is [] ? Optional.None : null),
        Function.Global("optional.ofNonZeroValue", a => a is not [var value] ? null
            : IsZero(value) ? Optional.None : new Optional(value)),
        Function.Global("optional.unwrap", (a, budget) => Unwrap(a, budget)),
        Function.Member("unwrapOpt", (a, budget) => Unwrap(a, budget)),
        Function.Member("hasValue", a => a is [Optional(var held)] ? Bool.Of(held is not null) : null),
        Function.Member("value", a => a is [Optional(var held)]
            ? held ?? new Failed("optional.none() dereference: there is no value") : null),
        Function.Member("or", a => a is not [Optional(var held) optional, Optional other] ? null
            : held is null ? other : optional),
        Function.Member("orValue", a => a is [Optional(var held), var other] ? held ?? other : null),
        Function.Member("first", a => a is not [List(var items)] ? null
            : items.IsEmpty ? Optional.None : new Optional(items[0])),
        Function.Member("last", a => a is not [List(var items)] ? null
            : items.IsEmpty ? Optional.None : new Optional(items[^1])),
    ];

    private static List? Unwrap(ConditionValue[] a, Budget budget)
    {
        if (a is not [List(var items)]) return null;
        budget.Make(8L * items.Length);
        if (!items.All(item => item is Optional)) return null;
        return new List([.. items.Select(item => ((Optional)item).Held).OfType<ConditionValue>()]);
    }

    private static bool IsZero(ConditionValue value) => value switch
    {
        Null or EmptyMessage => true,
        Bool(var flag) => !flag,
        Int(0) or UInt(0) or ConditionValue.Double(0) or Duration(0) or Timestamp(0, 0) or Text("") => true,
        Bytes(var octets) => octets.IsEmpty,
        List(var items) => items.IsEmpty,
        Map(var entries) => entries.Count == 0,
        Optional(var held) => held is null,
        _ => false,
    };
}
