using Headway.Core.Conditions.Evaluation;

namespace Headway.Core.Conditions.Values;

/// <summary>The language's `==`: numbers are equal across their types, nothing else is.</summary>
internal static class Equality
{
    public static bool Same(ConditionValue left, ConditionValue right, Budget budget)
    {
        budget.Step();
        return (left, right) switch
        {
            (ConditionValue.Text(var a), ConditionValue.Text(var b)) => SameText(a, b, budget),
            (ConditionValue.List(var a), ConditionValue.List(var b)) =>
                a.Length == b.Length && Deeper(budget, () => SameItems(a, b, budget)),
            (ConditionValue.Map(var a), ConditionValue.Map(var b)) =>
                a.Count == b.Count && Deeper(budget, () => SameEntries(a, b, budget)),
            (ConditionValue.Bytes(var a), ConditionValue.Bytes(var b)) => a.AsSpan().SequenceEqual(b.AsSpan()),
            (ConditionValue.Bool(var a), ConditionValue.Bool(var b)) => a == b,
            (ConditionValue.Null, ConditionValue.Null) => true,
            (ConditionValue.Type(var a), ConditionValue.Type(var b)) => a == b,
            (ConditionValue.Optional(var a), ConditionValue.Optional(var b)) =>
                a is null || b is null ? a is null && b is null : Deeper(budget, () => Same(a, b, budget)),
            (ConditionValue.Address a, ConditionValue.Address b) => Networks.Plain(a) == Networks.Plain(b),
            (ConditionValue.Timestamp or ConditionValue.Duration, _) => left == right,
            (ConditionValue.Network or ConditionValue.EmptyMessage, _) => left == right,
            _ => Ordering.Numbers(left, right) == 0,
        };
    }

    private static bool SameText(string a, string b, Budget budget)
    {
        if (a.Length != b.Length) return false;
        budget.Read(a.Length);
        return string.Equals(a, b, StringComparison.Ordinal);
    }

    private static bool SameItems(
        System.Collections.Immutable.ImmutableArray<ConditionValue> a,
        System.Collections.Immutable.ImmutableArray<ConditionValue> b, Budget budget)
    {
        for (var i = 0; i < a.Length; i++)
            if (!Same(a[i], b[i], budget)) return false;
        return true;
    }

    private static bool SameEntries(MapEntries a, MapEntries b, Budget budget)
    {
        for (var i = 0; i < a.Count; i++)
            if (b.Find(a.Keys[i]) is not { } other || !Same(a.Values[i], other, budget)) return false;
        return true;
    }

    private static bool Deeper(Budget budget, Func<bool> compare)
    {
        budget.Enter();
        var same = compare();
        budget.Leave();
        return same;
    }
}
