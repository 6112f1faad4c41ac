using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Headway.Core.Conditions.Syntax;

/// <summary>A node of the tree that an expression was read to.</summary>
/// <param name="At">Index in the text: of the operator, the function's or field's name, the literal.</param>
internal abstract record Expression(int At)
{
    private Expression(int at, int depth) : this(at) => Depth = depth;

    /// <summary>Levels of the tree below and with this one.</summary>
    public int Depth { get; } = 1;

    private static int Over(params ReadOnlySpan<Expression?> parts)
    {
        var deepest = 0;
        foreach (var part in parts) deepest = Math.Max(deepest, part?.Depth ?? 0);
        return deepest + 1;
    }

    public sealed record Literal(ConditionValue Value, int At) : Expression(At);

    /// <summary>One name or several with dots between them: a variable, a type, or fields of one.</summary>
    /// <param name="Parts">The names with their places.</param>
    /// <param name="IsAbsolute">A dot stands in front: neither the container nor comprehensions matter.</param>
    /// <param name="Candidates">What the names could mean outside comprehensions, in the order to be tried.</param>
    public sealed record Name(ImmutableArray<NamePart> Parts, bool IsAbsolute, ImmutableArray<Candidate> Candidates)
        : Expression(Parts[0].At, Parts.Length)
    {
        public string Text => string.Join('.', Parts.Select(part => part.Text));
    }

    /// <summary>A name in brackets: what follows are fields of its value, not parts of it.</summary>
    public sealed record Bracketed(Name Inner) : Expression(Inner.At, Over(Inner));

    public sealed record NamePart(string Text, int At);

    /// <param name="Full">A qualified name.</param>
    /// <param name="Used">So many parts of the name are in it; the others are fields.</param>
    public sealed record Candidate(string Full, int Used);

    public sealed record Select(Expression Operand, string Field, bool IsOptional, int At)
        : Expression(At, Over(Operand));

    /// <summary>has(operand.field)</summary>
    public sealed record Has(Expression Operand, string Field, bool IsOptional, int At)
        : Expression(At, Over(Operand));

    public sealed record Index(Expression Operand, Expression Key, bool IsOptional, int At)
        : Expression(At, Over(Operand, Key));

    /// <param name="Function">Its name; operators are called `_+_`, `!_` and so on.</param>
    /// <param name="Target">What it is called on, or null.</param>
    /// <param name="Arguments">Without the target.</param>
    /// <param name="At">Of the name or the operator.</param>
    public sealed record Call(string Function, Expression? Target, ImmutableArray<Expression> Arguments, int At)
        : Expression(At, Math.Max(Over(Target), Over(Arguments.AsSpan())))
    {
        /// <summary>Of `matches` with a literal, made once.</summary>
        public Regex? Pattern { get; init; }
    }

    /// <summary>Terms between `&amp;&amp;` or between `||`.</summary>
    public sealed record Logic(bool IsAnd, ImmutableArray<Expression> Terms, int At)
        : Expression(At, Over(Terms.AsSpan()));

    public sealed record Conditional(Expression Test, Expression Then, Expression Else, int At)
        : Expression(At, Over(Test, Then, Else));

    public sealed record ListOf(ImmutableArray<Element> Elements, int At)
        : Expression(At, Over([.. Elements.Select(element => element.Value)]));

    public sealed record Element(Expression Value, bool IsOptional);

    public sealed record MapOf(ImmutableArray<Entry> Entries, int At)
        : Expression(At, Over([.. Entries.SelectMany(entry => new[] { entry.Key, entry.Value })]));

    public sealed record Entry(Expression Key, Expression Value, bool IsOptional, int At);

    public sealed record Message(Name Type, ImmutableArray<Setting> Fields, int At)
        : Expression(At, Over([.. Fields.Select(field => field.Value)]));

    public sealed record Setting(string Name, Expression Value, bool IsOptional, int At);

    /// <summary>A macro over the items of a list or the entries of a map.</summary>
    public sealed record Comprehension(Loop Loop, Expression Range, LoopVariables Variables, Expression? Filter,
        Expression Body, int At) : Expression(At, Over(Range, Filter, Body));

    /// <param name="First">The item or key; with two variables the index or key.</param>
    /// <param name="Second">The item or value, when there are two.</param>
    public sealed record LoopVariables(string First, string? Second);

    /// <summary>cel.bind(name, value, body)</summary>
    public sealed record Bind(string Variable, Expression Value, Expression Body, int At)
        : Expression(At, Over(Value, Body));

    /// <summary>operand.optMap(name, body), and optFlatMap, whose body is an optional itself.</summary>
    public sealed record OptionalMap(Expression Operand, string Variable, Expression Body, bool IsFlat, int At)
        : Expression(At, Over(Operand, Body));

    /// <summary>cel.block([slots], body): each slot is evaluated where `cel.index` names it.</summary>
    public sealed record Block(ImmutableArray<Expression> Slots, Expression Body, int At)
        : Expression(At, Math.Max(Over(Slots.AsSpan()), Over(Body)));

    public sealed record Slot(int Number, int At) : Expression(At);
}

internal enum Loop { All, Exists, ExistsOne, Map, Filter, TransformMap, TransformMapEntry }
