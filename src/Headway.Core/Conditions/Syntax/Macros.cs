using System.Collections.Immutable;

namespace Headway.Core.Conditions.Syntax;

/// <summary>Calls that are read as something else, because they bind names or must not evaluate all.</summary>
internal static class Macros
{
    /// <summary>Null when the call is no macro.</summary>
    public static Expression? Expand(Expression? target, Token name, ImmutableArray<Expression> a)
    {
        var at = name.At;
        if (target is null) return name.Text == "has" && a.Length == 1 ? Has(a[0], at) : null;
        if (target is Expression.Name { Parts: [{ Text: "cel" }], IsAbsolute: false }) return OfCel(name, a);
        return (name.Text, a.Length) switch
        {
            ("all", 2) => One(Loop.All, target, a, at),
            ("exists", 2) => One(Loop.Exists, target, a, at),
            ("exists_one" or "existsOne", 2) => One(Loop.ExistsOne, target, a, at),
            ("filter", 2) => One(Loop.Filter, target, a, at),
            ("map", 2) => One(Loop.Map, target, a, at),
            ("map", 3) => new Expression.Comprehension(Loop.Map, target, new(Variable(a[0]), null), a[1], a[2], at),
            ("all", 3) => Two(Loop.All, target, a, at),
            ("exists", 3) => Two(Loop.Exists, target, a, at),
            ("exists_one" or "existsOne", 3) => Two(Loop.ExistsOne, target, a, at),
            ("transformList", 3 or 4) => Two(Loop.Map, target, a, at),
            ("transformMap", 3 or 4) => Two(Loop.TransformMap, target, a, at),
            ("transformMapEntry", 3 or 4) => Two(Loop.TransformMapEntry, target, a, at),
            ("optMap", 2) => new Expression.OptionalMap(target, Variable(a[0]), a[1], IsFlat: false, at),
            ("optFlatMap", 2) => new Expression.OptionalMap(target, Variable(a[0]), a[1], IsFlat: true, at),
            _ => null,
        };
    }

    private static Expression.Comprehension One(Loop loop, Expression range, ImmutableArray<Expression> a, int at) =>
        new(loop, range, new(Variable(a[0]), null), null, a[1], at);

    private static Expression.Comprehension Two(Loop loop, Expression range, ImmutableArray<Expression> a, int at)
    {
        var (first, second) = (Variable(a[0]), Variable(a[1]));
        if (first == second)
            throw new SyntaxException(a[1].At, $"The two variables of a comprehension are both called {first}.");
        return new(loop, range, new(first, second), a.Length == 4 ? a[2] : null, a[^1], at);
    }

    /// <summary>A name, or the one that an optimized expression gives a variable: cel.iterVar(0, 1).</summary>
    private static string Variable(Expression argument) => argument is
        Expression.Name { Parts: [var only], IsAbsolute: false }
        ? only.Text
        : throw new SyntaxException(argument.At, "The variable of a macro must be a simple name.");

    private static Expression.Has Has(Expression argument, int at) => argument switch
    {
        Expression.Name { Parts: [.. var front, var last] } name when front.Length > 0 =>
            new(Shorter(name), last.Text, IsOptional: false, last.At),
        Expression.Select select => new(select.Operand, select.Field, select.IsOptional, select.At),
        Expression.Bracketed(var inner) => Has(inner, at),
        _ => throw new SyntaxException(at, "invalid argument to has() macro: it takes a field, as in has(a.b)."),
    };

    private static Expression.Name Shorter(Expression.Name name)
    {
        var parts = name.Parts.RemoveAt(name.Parts.Length - 1);
        return new(parts, name.IsAbsolute, [.. name.Candidates.Where(candidate => candidate.Used <= parts.Length)]);
    }

    private static Expression? OfCel(Token name, ImmutableArray<Expression> a) => (name.Text, a) switch
    {
        ("bind", [var variable, var value, var body]) => new Expression.Bind(Variable(variable), value, body, name.At),
        ("block" or "@block", [Expression.ListOf slots, var body]) when slots.Elements.All(slot => !slot.IsOptional) =>
            new Expression.Block([.. slots.Elements.Select(slot => slot.Value)], body, name.At),
        ("index", [Expression.Literal { Value: ConditionValue.Int { Number: >= 0 and < 10_000 } number }]) =>
            new Expression.Slot((int)number.Number, name.At),
        ("iterVar" or "accuVar", [Expression.Literal { Value: ConditionValue.Int first },
            Expression.Literal { Value: ConditionValue.Int second }]) => Generated(name, first.Number, second.Number),
        _ => null,
    };

    private static Expression.Name Generated(Token name, long first, long second)
    {
        var text = $"@{name.Text}:{first}:{second}";
        return new([new(text, name.At)], IsAbsolute: false, [new(text, 1)]);
    }
}
