using System.Collections.Immutable;
using Headway.Core.Conditions.Functions;
using Headway.Core.Conditions.Syntax;
using Headway.Core.Conditions.Values;

namespace Headway.Core.Conditions.Evaluation;

/// <summary>
/// What can be known to be wrong before there are values: names of variables, functions and messages that do not exist,
/// and regular expressions, timestamps and durations that are written out and malformed.
/// </summary>
internal sealed class NameCheck(IReadOnlySet<string> variables, IReadOnlySet<string>? fields = null)
{
    private readonly List<ConditionValue.Failed> _wrong = [];

    public static IReadOnlyList<ConditionValue.Failed> Of(
        Expression root, IReadOnlySet<string> variables, IReadOnlySet<string>? fields = null)
    {
        var check = new NameCheck(variables, fields);
        check.Visit(root, []);
        return check._wrong;
    }

    private void Visit(Expression? expression, ImmutableHashSet<string> locals)
    {
        switch (expression)
        {
            case Expression.Name name:
                Known(name, locals);
                break;
            case Expression.Call call:
                Called(call);
                break;
            case Expression.Message message when !message.Type.Candidates.Any(
                name => name.Used == message.Type.Parts.Length && Messages.Knows(name.Full)):
                _wrong.Add(new($"unknown type: {message.Type.Text}", message.At));
                break;
        }
        foreach (var (part, names) in Parts(expression)) Visit(part, locals.Union(names));
    }

    /// <summary>The parts of an expression, each with the variables that it sees in addition.</summary>
    private static IEnumerable<(Expression? Part, string[] Names)> Parts(Expression? expression) => expression switch
    {
        Expression.Bracketed(var inner) => [(inner, [])],
        Expression.Select select => [(select.Operand, [])],
        Expression.Has has => [(has.Operand, [])],
        Expression.Index index => [(index.Operand, []), (index.Key, [])],
        Expression.Call call => [(call.Target, []), .. Plain(call.Arguments)],
        Expression.Logic logic => Plain(logic.Terms),
        Expression.Conditional choice => Plain([choice.Test, choice.Then, choice.Else]),
        Expression.ListOf list => Plain(list.Elements.Select(element => element.Value)),
        Expression.MapOf map => Plain(map.Entries.SelectMany(entry => new[] { entry.Key, entry.Value })),
        Expression.Message message => Plain(message.Fields.Select(field => field.Value)),
        Expression.Bind bind => [(bind.Value, []), (bind.Body, [bind.Variable])],
        Expression.OptionalMap map => [(map.Operand, []), (map.Body, [map.Variable])],
        Expression.Comprehension loop => [(loop.Range, []), (loop.Filter, Names(loop)), (loop.Body, Names(loop))],
        // Slots see the variables of where they are named, which differ.
        Expression.Block block => [(block.Body, [])],
        _ => [],
    };

    private static IEnumerable<(Expression? Part, string[] Names)> Plain(IEnumerable<Expression> parts) =>
        parts.Select(part => ((Expression?)part, Array.Empty<string>()));

    private static string[] Names(Expression.Comprehension loop) =>
        loop.Variables.Second is { } second ? [loop.Variables.First, second] : [loop.Variables.First];

    private void Known(Expression.Name name, ImmutableHashSet<string> locals)
    {
        var first = name.Parts[0];
        if (!name.IsAbsolute && locals.Contains(first.Text)) return;
        if (name.Candidates.Any(one => variables.Contains(one.Full) || TypeNames.Find(one.Full) is not null))
        {
            FieldsOf(name);
            return;
        }
        _wrong.Add(new($"undeclared reference to '{first.Text}' (unknown variable)", first.At)
        {
            Word = (first.Text, () => name.IsAbsolute ? variables : variables.Concat(locals)),
        });
    }

    /// <summary>Where fields are known, one that is not there is a mistake; below what has none, everything may be.</summary>
    private void FieldsOf(Expression.Name name)
    {
        if (fields is null) return;
        var path = name.Parts[0].Text;
        foreach (var part in name.Parts.Skip(1))
        {
            var under = $"{path}.";
            var siblings = fields.Where(field => field.StartsWith(under, StringComparison.Ordinal)
                && !field.AsSpan(under.Length).Contains('.')).Select(field => field[under.Length..]).ToList();
            if (siblings.Count == 0) return;
            path = under + part.Text;
            if (fields.Contains(path)) continue;
            _wrong.Add(new($"`{under[..^1]}` has no field '{part.Text}'", part.At) { Word = (part.Text, () => siblings) });
            return;
        }
    }

    private void Called(Expression.Call call)
    {
        var isLiteral = call.Arguments is [.., Expression.Literal { Value: ConditionValue.Text }];
        var text = isLiteral ? ((ConditionValue.Text)((Expression.Literal)call.Arguments[^1]).Value).Characters : "";
        var wrong = FunctionTable.Missing(call.Function, call.Target is not null) ?? (call.Function switch
        {
            "matches" when isLiteral && Patterns.Compiled(text).Wrong is { } says => new ConditionValue.Failed(says),
            "timestamp" when isLiteral => Timestamps.Parse(text) as ConditionValue.Failed,
            "duration" when isLiteral => Durations.Parse(text) as ConditionValue.Failed,
            _ => null,
        });
        if (wrong is not null) _wrong.Add(wrong with { At = call.At });
    }
}
