using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Headway.Core.Conditions.Functions;

namespace Headway.Core.Conditions.Syntax;

/// <summary>Names, literals, what stands in brackets, and what follows them: fields, indexes, calls.</summary>
internal sealed partial class Parser
{
    private Expression Primary()
    {
        var token = Here;
        if (token.Kind == TokenKind.Literal)
        {
            Advance();
            return new Expression.Literal(token.Value ?? throw new SyntaxException(
                token.At, "The number is beyond the range of int."), token.At);
        }
        if (token.Kind == TokenKind.Name || token.Is(".")) return Leading();
        if (Take("(") is not null)
        {
            var inner = Whole();
            Need(")", "the `)` that closes the bracket");
            // In brackets a name is read to its end: what follows are fields of its value.
            return inner is Expression.Name name ? new Expression.Bracketed(name) : inner;
        }
        if (Take("[") is { } list) return Checked(new Expression.ListOf(Elements(), list.At));
        if (Take("{") is { } map) return Checked(new Expression.MapOf(Entries(), map.At));
        throw new SyntaxException(token.At, token.Kind == TokenKind.End
            ? "The expression ends where a value should be." : $"{token} stands where a value should be.");
    }

    private Expression Leading()
    {
        var isAbsolute = Take(".") is not null;
        if (Here.Kind != TokenKind.Name)
            throw new SyntaxException(Here.At, $"{Here} stands where a name should be.");
        var name = Names.Checked(Advance());
        if (name.Text.StartsWith("@index", StringComparison.Ordinal)) return Slot(name);
        if (!Here.Is("(")) return _names.Of([new(name.Text, name.At)], isAbsolute);
        return Called(null, name, Arguments(), isAbsolute);
    }

    private static Expression.Slot Slot(Token name) => int.TryParse(name.Text.AsSpan("@index".Length), out var number)
        ? new(number, name.At) : throw new SyntaxException(name.At, $"{name} cannot stand here.");

    private Expression Member(Expression operand)
    {
        while (true)
        {
            if (Here.Is(".")) operand = Field(operand, Advance());
            else if (Here.Is("[")) operand = Indexed(operand, Advance());
            else if (operand is Expression.Name type && Take("{") is not null)
                operand = Checked(new Expression.Message(type, Fields(), type.At));
            else return operand;
        }
    }

    private Expression Field(Expression operand, Token dot)
    {
        var isOptional = Take("?") is not null;
        if (Here.Kind is not (TokenKind.Name or TokenKind.QuotedName))
            throw new SyntaxException(Here.At, $"{Here} stands where the name of a field or function should be.");
        var name = Advance();
        if (Here.Is("(") && !isOptional && name.Kind == TokenKind.Name)
            return Called(operand, name, Arguments(), isAbsolute: false);
        if (operand is Expression.Name { Parts.Length: < Names.MostParts } chain && !isOptional)
            return _names.Of(chain.Parts.Add(new(name.Text, name.At)), chain.IsAbsolute);
        return Checked(new Expression.Select(operand, name.Text, isOptional, isOptional ? dot.At : name.At));
    }

    private Expression.Index Indexed(Expression operand, Token bracket)
    {
        var isOptional = Take("?") is not null;
        var key = Whole();
        Need("]", "the `]` that closes the index");
        return Checked(new Expression.Index(operand, key, isOptional, bracket.At));
    }

    private ImmutableArray<Expression> Arguments()
    {
        Need("(", "the `(` of a call");
        return Items(")", Whole, allowsTrailingComma: false);
    }

    private ImmutableArray<Expression.Element> Elements() => Items("]", () =>
    {
        var isOptional = Take("?") is not null;
        return new Expression.Element(Whole(), isOptional);
    });

    private ImmutableArray<Expression.Entry> Entries() => Items("}", () =>
    {
        var isOptional = Take("?") is not null;
        var key = Whole();
        var colon = Need(":", "the `:` behind the key");
        return new Expression.Entry(key, Whole(), isOptional, colon.At);
    });

    private ImmutableArray<Expression.Setting> Fields() => Items("}", () =>
    {
        var isOptional = Take("?") is not null;
        if (Here.Kind is not (TokenKind.Name or TokenKind.QuotedName))
            throw new SyntaxException(Here.At, $"{Here} stands where the name of a field should be.");
        var name = Advance();
        Need(":", "the `:` behind the field");
        return new Expression.Setting(name.Text, Whole(), isOptional, name.At);
    });

    private ImmutableArray<T> Items<T>(string close, Func<T> item, bool allowsTrailingComma = true)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        while (Take(close) is null)
        {
            if (items.Count > 0)
            {
                Need(",", $"`,` or `{close}`");
                if (allowsTrailingComma && Take(close) is not null) break;
            }
            items.Add(item());
        }
        return items.ToImmutable();
    }

    private Regex? Early(Expression pattern) => pattern is Expression.Literal { Value: ConditionValue.Text text }
        && _patterns++ < Patterns.MostMadeEarly ? Patterns.Compiled(text.Characters).Regex : null;

    /// <summary>A macro, a function with a qualified name such as math.abs, or a call on a value.</summary>
    private Expression Called(Expression? target, Token name, ImmutableArray<Expression> arguments, bool isAbsolute)
    {
        if (_hasMacros && Macros.Expand(target, name, arguments) is { } expanded) return Checked(expanded);
        if (target is Expression.Name qualifier)
            foreach (var full in _names.Within($"{qualifier.Text}.{name.Text}", qualifier.IsAbsolute))
                if (FunctionTable.HasGlobal(full)) return Call(full, null);
        return Call(target is null ? _names.Within(name.Text, isAbsolute).FirstOrDefault(FunctionTable.HasGlobal)
            ?? name.Text : name.Text, target);

        Expression.Call Call(string function, Expression? on) =>
            Checked(new Expression.Call(function, on, arguments, name.At)
            {
                Pattern = function == "matches" && arguments.Length > 0 ? Early(arguments[^1]) : null,
            });
    }
}
