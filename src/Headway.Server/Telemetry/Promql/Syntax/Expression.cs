using System.Collections.Immutable;
using Headway.Server.Telemetry.Promql.Functions;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Promql.Syntax;

public enum ResultType { None, Scalar, Vector, Matrix, Text }

/// <summary>A query as a tree.</summary>
public abstract record Expression
{
    private Expression() { }

    /// <summary>Where it begins in the query, from 0.</summary>
    public int At { get; init; }

    public sealed record Number(double Value) : Expression;

    public sealed record Text(string Value) : Expression;

    public sealed record Parenthesis(Expression Of) : Expression;

    /// <summary>`up{job="x"}`. The name is among the matchers too.</summary>
    public sealed record Selector(string? Name, ImmutableArray<LabelMatcher> Matchers, Shift Shift) : Expression;

    /// <summary>`up[5m]`</summary>
    public sealed record Range(Selector Of, long Milliseconds) : Expression;

    /// <summary>`up[1h:5m]`</summary>
    /// <param name="StepMilliseconds">0 for the step that the engine takes by itself.</param>
    public sealed record Subquery(Expression Of, long Milliseconds, long StepMilliseconds, Shift Shift) : Expression;

    public sealed record Call(Function Function, ImmutableArray<Expression> Arguments) : Expression;

    public sealed record Signed(bool Minus, Expression Of) : Expression;

    public sealed record Binary(string Operator, Expression Left, Expression Right, bool Bool, Matching Matching)
        : Expression
    {
        public int OperatorAt { get; init; }

        public bool IsComparison => Operator is "==" or "!=" or "<" or "<=" or ">" or ">=";

        public bool IsSet => Operator is "and" or "or" or "unless";
    }

    public sealed record Aggregate(
        AggregationKind Kind, Expression Of, Expression? Parameter, ImmutableArray<string> Labels, bool Without)
        : Expression;

    public ResultType Type => this switch
    {
        Number => ResultType.Scalar,
        Text => ResultType.Text,
        Parenthesis e => e.Of.Type,
        Selector or Aggregate => ResultType.Vector,
        Range or Subquery => ResultType.Matrix,
        Call e => e.Function.Returns,
        Signed e => e.Of.Type,
        Binary e => e.Left.Type == ResultType.Scalar && e.Right.Type == ResultType.Scalar
            ? ResultType.Scalar : ResultType.Vector,
        _ => ResultType.None,
    };

    public Expression Bare => this is Parenthesis inner ? inner.Of.Bare : this;
}

public enum Anchor { None, Time, Start, End }

/// <summary>`offset` and `@` of a selector or a subquery.</summary>
/// <param name="Time">Milliseconds, when the anchor is a time.</param>
public readonly record struct Shift(long Offset, Anchor Anchor, long Time)
{
    public bool HasOffset => Offset != 0;
}

public enum Cardinality { OneToOne, ManyToOne, OneToMany, ManyToMany }

/// <summary>Which series of both sides belong together.</summary>
/// <param name="On">The labels are those that count; otherwise those that do not.</param>
/// <param name="Include">Labels that the side with one series adds to the result.</param>
public sealed record Matching(
    Cardinality Cardinality, bool On, ImmutableArray<string> Labels, ImmutableArray<string> Include)
{
    public static readonly Matching Default = new(Cardinality.OneToOne, false, [], []);
}
