using Headway.Core.Conditions.Evaluation;
using Headway.Core.Conditions.Values;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>Equality, order, and being in a list or map.</summary>
internal static class Comparisons
{
    public static readonly Function[] All =
    [
        Function.Global("_==_", (a, budget) => Bool.Of(Equality.Same(a[0], a[1], budget))),
        Function.Global("_!=_", (a, budget) => Bool.Of(!Equality.Same(a[0], a[1], budget))),
        Order("_<_", order => order == -1),
        Order("_<=_", order => order is -1 or 0),
        Order("_>_", order => order == 1),
        Order("_>=_", order => order is 1 or 0),
        Function.Global("@in", (a, budget) => a switch
        {
            [var item, List(var items)] => Bool.Of(items.Any(other => Equality.Same(item, other, budget))),
            [var key, Map(var entries)] when MapKey.CanBe(key) || key is ConditionValue.Double =>
                Bool.Of(entries.Find(key) is not null),
            _ => null,
        }),
    ];

    private static Function Order(string name, Func<int, bool> holds) => Function.Global(name,
        a => Ordering.Of(a[0], a[1]) is { } order ? Bool.Of(holds(order)) : null);
}
