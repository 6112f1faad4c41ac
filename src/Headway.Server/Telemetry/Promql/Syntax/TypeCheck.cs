using Headway.Server.Telemetry.Promql.Labels;

namespace Headway.Server.Telemetry.Promql.Syntax;

/// <summary>What an expression may be made of.</summary>
internal static class TypeCheck
{
    public static string Says(this ResultType type) => type switch
    {
        ResultType.Scalar => "scalar",
        ResultType.Vector => "instant vector",
        ResultType.Matrix => "range vector",
        ResultType.Text => "string",
        _ => "none",
    };

    private static string Short(ResultType type) => type == ResultType.Matrix ? "matrix" : type.Says();

    /// <summary>What can be said as soon as the operator is read.</summary>
    public static void CheckModifiers(Expression.Binary binary, int at, string query)
    {
        var include = binary.Matching.Include;
        if (!binary.Matching.On) return;
        foreach (var label in binary.Matching.Labels)
            if (include.Contains(label))
                throw ParseFailure.At(query, at, $"label {QuotedText.Of(label)} must not occur in ON and GROUP clause at once");
    }

    public static void Check(Expression expression, string query)
    {
        QueryFailedException Wrong(int at, string says) => ParseFailure.At(query, at, says);
        switch (expression)
        {
            case Expression.Parenthesis e: Check(e.Of, query); break;
            case Expression.Range e: Check(e.Of, query); break;
            case Expression.Selector e: CheckSelector(e, query); break;
            case Expression.Binary e: CheckBinary(e, query); break;
            case Expression.Call e: CheckCall(e, query); break;
            case Expression.Aggregate e:
                Expect(e.Of, ResultType.Vector, "aggregation expression", query);
                if (e.Parameter is not null)
                    Expect(e.Parameter, e.Kind == AggregationKind.CountValues ? ResultType.Text : ResultType.Scalar,
                        "aggregation parameter", query);
                break;
            case Expression.Signed e:
                Check(e.Of, query);
                if (e.Of.Type is not (ResultType.Scalar or ResultType.Vector))
                    throw Wrong(e.At, "unary expression only allowed on expressions of type scalar or instant vector, got "
                        + QuotedText.Of(e.Of.Type.Says()));
                break;
            case Expression.Subquery e:
                Check(e.Of, query);
                if (e.Of.Type != ResultType.Vector)
                    throw Wrong(e.At, $"subquery is only allowed on instant vector, got {Short(e.Of.Type)} instead");
                break;
        }
    }

    private static void Expect(Expression expression, ResultType wanted, string context, string query)
    {
        Check(expression, query);
        if (expression.Type != wanted)
            throw ParseFailure.At(query, expression.At,
                $"expected type {wanted.Says()} in {context}, got {expression.Type.Says()}");
    }

    private static void CheckSelector(Expression.Selector e, string query)
    {
        if (e.Name is not null)
        {
            foreach (var matcher in e.Matchers)
                if (matcher.Name == LabelSet.Name && !ReferenceEquals(matcher, e.Matchers[^1]))
                    throw ParseFailure.At(query, e.At, "metric name must not be set twice: "
                        + $"{QuotedText.Of(e.Name)} or {QuotedText.Of(matcher.Value)}");
            return;
        }
        if (e.Matchers.All(m => m.Fits("")))
            throw ParseFailure.At(query, e.At, "vector selector must contain at least one non-empty matcher");
    }

    private static void CheckCall(Expression.Call e, string query)
    {
        var (takes, name, given) = (e.Function.Takes, QuotedText.Of(e.Function.Name), e.Arguments.Length);
        if (e.Function.Optional == 0 && given != takes.Length)
            throw ParseFailure.At(query, e.At, $"expected {takes.Length} argument(s) in call to {name}, got {given}");
        if (e.Function.Optional != 0 && given < takes.Length - 1)
            throw ParseFailure.At(query, e.At,
                $"expected at least {takes.Length - 1} argument(s) in call to {name}, got {given}");
        if (e.Function.Optional > 0 && given > takes.Length - 1 + e.Function.Optional)
            throw ParseFailure.At(query, e.At,
                $"expected at most {takes.Length - 1 + e.Function.Optional} argument(s) in call to {name}, got {given}");
        for (var i = 0; i < given; i++)
            Expect(e.Arguments[i], takes[Math.Min(i, takes.Length - 1)], $"call to function {name}", query);
    }

    private static void CheckBinary(Expression.Binary e, string query)
    {
        Check(e.Left, query);
        Check(e.Right, query);
        var (left, right) = (e.Left.Type, e.Right.Type);
        if (e.Bool && !e.IsComparison)
            throw ParseFailure.At(query, e.OperatorAt, "bool modifier can only be used on comparison operators");
        if (e.IsComparison && !e.Bool && left == ResultType.Scalar && right == ResultType.Scalar)
            throw ParseFailure.At(query, e.OperatorAt, "comparisons between scalars must use BOOL modifier");
        if (e.IsSet && e.Matching.Cardinality is not Cardinality.ManyToMany)
            throw ParseFailure.At(query, e.At, $"no grouping allowed for {QuotedText.Of(e.Operator)} operation");
        foreach (var side in new[] { e.Left, e.Right })
            if (side.Type is not (ResultType.Scalar or ResultType.Vector))
                throw ParseFailure.At(query, side.At, "binary expression must contain only scalar and instant vector types");
        if (left == ResultType.Vector && right == ResultType.Vector) return;
        if (!e.Matching.Labels.IsEmpty)
            throw ParseFailure.At(query, e.At, "vector matching only allowed between instant vectors");
        if (e.IsSet)
            throw ParseFailure.At(query, e.At,
                $"set operator {QuotedText.Of(e.Operator)} not allowed in binary scalar expression");
    }
}
