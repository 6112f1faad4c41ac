using System.Text;
using Headway.Server.Telemetry.Promql.Http;
using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Promql.Syntax;

/// <summary>Writes a query: on one line, or over several where a line would become too long.</summary>
public static class Printer
{
    private const int LongestLine = 100;

    public static string Line(Expression expression) => expression switch
    {
        Expression.Number e => GoFloat.Short(e.Value),
        Expression.Text e => QuotedText.Of(e.Value),
        Expression.Parenthesis e => $"({Line(e.Of)})",
        Expression.Selector e => Selector(e) + Shifted(e.Shift),
        Expression.Range e => $"{Selector(e.Of)}[{PromDuration.Says(e.Milliseconds)}]{Shifted(e.Of.Shift)}",
        Expression.Subquery e => Line(e.Of) + Brackets(e),
        Expression.Call e => $"{e.Function.Name}({string.Join(", ", e.Arguments.Select(Line))})",
        Expression.Signed e => $"{(e.Minus ? "-" : "+")}{Line(e.Of)}",
        Expression.Binary e => $"{Line(e.Left)} {Operator(e)} {Line(e.Right)}",
        Expression.Aggregate e => $"{Head(e)}({string.Join(", ", Inner(e).Select(Line))})",
        _ => throw new InvalidOperationException($"{expression.GetType().Name} cannot be written."),
    };

    public static string Pretty(Expression expression) => Pretty(expression, 0);

    private static string Pretty(Expression expression, int level)
    {
        var indent = new string(' ', level * 2);
        var line = Line(expression);
        if (indent.Length + line.Length <= LongestLine) return indent + line;
        return expression switch
        {
            Expression.Parenthesis e => $"{indent}(\n{Pretty(e.Of, level + 1)}\n{indent})",
            Expression.Binary e => $"{Pretty(e.Left, level + 1)}\n{indent}{Operator(e)}\n{Pretty(e.Right, level + 1)}",
            Expression.Signed e => $"{indent}{(e.Minus ? "-" : "+")}{Pretty(e.Of, level).TrimStart()}",
            Expression.Subquery e => Pretty(e.Of, level) + Brackets(e),
            Expression.Call e => Call(e.Function.Name, e.Arguments, level),
            Expression.Aggregate e => Call(Head(e), Inner(e), level),
            _ => indent + line,
        };
    }

    private static string Call(string head, IEnumerable<Expression> arguments, int level)
    {
        var indent = new string(' ', level * 2);
        return $"{indent}{head}(\n{string.Join(",\n", arguments.Select(a => Pretty(a, level + 1)))}\n{indent})";
    }

    private static string Selector(Expression.Selector e)
    {
        var conditions = e.Matchers.Where(m => e.Name is null || !(m.Name == LabelSet.Name && m.Kind == MatchKind.Equal))
            .Select(m => m.Name + Sign(m.Kind) + QuotedText.Of(m.Value)).ToArray();
        return conditions.Length == 0 && e.Name is not null ? e.Name : $"{e.Name}{{{string.Join(",", conditions)}}}";
    }

    private static string Sign(MatchKind kind) => kind switch
    {
        MatchKind.Equal => "=",
        MatchKind.NotEqual => "!=",
        MatchKind.Matches => "=~",
        _ => "!~",
    };

    private static string Brackets(Expression.Subquery e) =>
        $"[{PromDuration.Says(e.Milliseconds)}:{(e.StepMilliseconds > 0 ? PromDuration.Says(e.StepMilliseconds) : "")}]"
        + Shifted(e.Shift);

    private static string Shifted(Shift shift)
    {
        var anchor = shift.Anchor switch
        {
            Anchor.Start => " @ start()",
            Anchor.End => " @ end()",
            Anchor.Time => $" @ {shift.Time / 1000m:0.000}",
            _ => "",
        };
        return anchor + (shift.Offset switch
        {
            0 => "",
            < 0 => $" offset -{PromDuration.Says(-shift.Offset)}",
            _ => $" offset {PromDuration.Says(shift.Offset)}",
        });
    }

    private static string Operator(Expression.Binary e)
    {
        var text = new StringBuilder(e.Operator).Append(e.Bool ? " bool" : "");
        var matching = e.Matching;
        if (matching.On || !matching.Labels.IsEmpty)
            text.Append(matching.On ? " on (" : " ignoring (").AppendJoin(", ", matching.Labels).Append(')');
        if (matching.Cardinality is Cardinality.ManyToOne or Cardinality.OneToMany)
            text.Append(matching.Cardinality == Cardinality.ManyToOne ? " group_left (" : " group_right (")
                .AppendJoin(", ", matching.Include).Append(')');
        return text.ToString();
    }

    private static IEnumerable<Expression> Inner(Expression.Aggregate e) =>
        e.Parameter is null ? [e.Of] : [e.Parameter, e.Of];

    private static string Head(Expression.Aggregate e) => e.Kind.Word() + (e.Without
        ? $" without ({string.Join(", ", e.Labels)}) "
        : e.Labels.IsEmpty ? "" : $" by ({string.Join(", ", e.Labels)}) ");
}
