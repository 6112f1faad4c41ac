using System.Collections.Immutable;
using Headway.Core.Conditions.Syntax;
using Headway.Core.Conditions.Values;

namespace Headway.Core.Conditions.Evaluation;

/// <summary>Macros over the items of lists and the entries of maps.</summary>
internal sealed partial class Evaluator
{
    private ConditionValue Loop(Expression.Comprehension loop, Scope scope) =>
        On(loop.Range, scope, range => range switch
        {
            ConditionValue.List(var items) => Loop(loop, scope, items.Length,
                i => (loop.Variables.Second is null ? items[i] : new ConditionValue.Int(i), items[i])),
            ConditionValue.Map(var entries) =>
                Loop(loop, scope, entries.Count, i => (entries.Keys[i], entries.Values[i])),
            _ => new ConditionValue.Failed($"no such overload: {range.TypeName} has no items to go through"),
        });

    private ConditionValue Loop(Expression.Comprehension loop, Scope scope, int count, Func<int, Pair> pairs)
    {
        var rounds = Enumerable.Range(0, count).Select(i =>
        {
            budget.Step();
            var pair = pairs(i);
            var inner = scope.With(loop.Variables.First, pair.First);
            return loop.Variables.Second is { } second ? inner.With(second, pair.Second) : inner;
        });
        return loop.Loop switch
        {
            Syntax.Loop.All => Decided(loop, rounds, decides: false),
            Syntax.Loop.Exists => Decided(loop, rounds, decides: true),
            Syntax.Loop.ExistsOne => ExistsOne(loop, rounds),
            Syntax.Loop.Map or Syntax.Loop.Filter => Items(loop, rounds),
            _ => Entries(loop, rounds),
        };
    }

    private readonly record struct Pair(ConditionValue First, ConditionValue Second)
    {
        public static implicit operator Pair((ConditionValue First, ConditionValue Second) pair) =>
            new(pair.First, pair.Second);
    }

    /// <summary>As `&amp;&amp;` or `||` between all rounds.</summary>
    private ConditionValue Decided(Expression.Comprehension loop, IEnumerable<Scope> rounds, bool decides)
    {
        ConditionValue? wrong = null;
        foreach (var round in rounds)
        {
            var value = Test(loop.Body, round);
            if (value is not ConditionValue.Bool(var holds)) wrong ??= value;
            else if (holds == decides) return value;
        }
        return wrong ?? ConditionValue.Bool.Of(!decides);
    }

    private ConditionValue ExistsOne(Expression.Comprehension loop, IEnumerable<Scope> rounds)
    {
        var found = 0;
        foreach (var round in rounds)
        {
            var value = Test(loop.Body, round);
            if (value is not ConditionValue.Bool(var holds)) return value;
            if (holds) found++;
        }
        return ConditionValue.Bool.Of(found == 1);
    }

    private ConditionValue Items(Expression.Comprehension loop, IEnumerable<Scope> rounds)
    {
        var items = ImmutableArray.CreateBuilder<ConditionValue>();
        var test = loop.Loop == Syntax.Loop.Filter ? loop.Body : loop.Filter;
        foreach (var round in rounds)
        {
            var chosen = test is null ? ConditionValue.Bool.True : Test(test, round);
            if (chosen is not ConditionValue.Bool(var holds)) return chosen;
            if (!holds) continue;
            var item = loop.Loop == Syntax.Loop.Filter ? round.Value : Evaluate(loop.Body, round);
            if (item is ConditionValue.Failed) return item;
            budget.Make(8);
            items.Add(item);
        }
        return Budget.Made(new ConditionValue.List(items.ToImmutable()));
    }

    private ConditionValue Entries(Expression.Comprehension loop, IEnumerable<Scope> rounds)
    {
        var entries = new MapEntries.Builder();
        foreach (var round in rounds)
        {
            var chosen = loop.Filter is null ? ConditionValue.Bool.True : Test(loop.Filter, round);
            if (chosen is not ConditionValue.Bool(var holds)) return chosen;
            if (!holds) continue;
            var value = Evaluate(loop.Body, round);
            if (value is ConditionValue.Failed) return value;
            var wrong = loop.Loop == Syntax.Loop.TransformMap
                ? Add(entries, round.Outer!.Value, value) : AddAll(entries, value);
            if (wrong is not null) return wrong;
        }
        return Budget.Made(new ConditionValue.Map(entries.Build()));
    }

    private ConditionValue.Failed? AddAll(MapEntries.Builder entries, ConditionValue made)
    {
        if (made is not ConditionValue.Map(var added))
            return new($"no such overload: transformMapEntry() needs a map, not {made.TypeName}");
        for (var i = 0; i < added.Count; i++)
            if (Add(entries, added.Keys[i], added.Values[i]) is { } wrong) return wrong;
        return null;
    }

    /// <summary>A condition of a round: a bool, or a failure.</summary>
    private ConditionValue Test(Expression condition, Scope round)
    {
        var value = Evaluate(condition, round);
        return value is ConditionValue.Bool or ConditionValue.Failed ? value : new ConditionValue.Failed(
            $"no such overload: a condition must be bool, not {value.TypeName}", condition.At);
    }
}
