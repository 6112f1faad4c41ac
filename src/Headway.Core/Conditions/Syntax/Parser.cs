using System.Collections.Immutable;

namespace Headway.Core.Conditions.Syntax;

/// <summary>
/// Reads tokens by the grammar of the language's definition. Recursion is counted, so that no text can make it deeper
/// than <see cref="ConditionLimits.Depth"/>.
/// </summary>
internal sealed partial class Parser
{
    private static readonly string[][] Levels = [["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*", "/", "%"]];

    private readonly ImmutableArray<Token> _tokens;
    private readonly Names _names;
    private readonly bool _hasMacros;
    private int _next;
    private int _depth;
    private int _patterns;

    private Parser(string text, ConditionOptions options)
    {
        _tokens = Lexer.Read(text);
        _names = new(options.Container);
        _hasMacros = options.Macros;
    }

    private Token Here => _tokens[_next];

    public static Expression Parse(string text, ConditionOptions options)
    {
        var parser = new Parser(text, options);
        var root = parser.Whole();
        if (parser.Here.Kind != TokenKind.End)
            throw new SyntaxException(parser.Here.At, $"The expression should end here, but {parser.Here} follows.");
        return root;
    }

    private Expression Whole()
    {
        Enter();
        var test = Either();
        if (Take("?") is { } mark)
        {
            var then = Either();
            Need(":", "the `:` of the condition");
            test = Checked(new Expression.Conditional(test, then, Whole(), mark.At));
        }
        _depth--;
        return test;
    }

    private Expression Either() => Chain("||", () => Chain("&&", () => Binary(0)));

    private Expression Chain(string symbol, Func<Expression> term)
    {
        var first = term();
        if (!Here.Is(symbol)) return first;
        var (at, terms) = (Here.At, ImmutableArray.CreateBuilder<Expression>());
        terms.Add(first);
        while (Take(symbol) is not null) terms.Add(term());
        return Checked(new Expression.Logic(symbol == "&&", terms.ToImmutable(), at));
    }

    private Expression Binary(int level)
    {
        if (level == Levels.Length) return Unary();
        var left = Binary(level + 1);
        while (Here.Kind == TokenKind.Symbol && Levels[level].Contains(Here.Text))
        {
            var symbol = Advance();
            var right = Binary(level + 1);
            var name = symbol.Text == "in" ? "@in" : $"_{symbol.Text}_";
            left = Checked(new Expression.Call(name, null, [left, right], symbol.At));
        }
        return left;
    }

    private Expression Unary()
    {
        if (!Here.Is("!") && !Here.Is("-")) return Member(Primary());
        if (Here.Is("-") && _tokens[_next + 1].Kind == TokenKind.Literal && Negated(_tokens[_next + 1]) is { } number)
        {
            var sign = Advance();
            Advance();
            return Member(new Expression.Literal(number, sign.At));
        }
        Enter();
        var symbol = Advance();
        var operand = Unary();
        _depth--;
        return Checked(new Expression.Call($"{symbol.Text}_", null, [operand], symbol.At));
    }

    private static ConditionValue? Negated(Token literal) => literal.Value switch
    {
        null => new ConditionValue.Int(long.MinValue),
        ConditionValue.Int(var number) => new ConditionValue.Int(-number),
        ConditionValue.Double(var number) => new ConditionValue.Double(-number),
        _ => null,
    };

    private static T Checked<T>(T made) where T : Expression =>
        made.Depth <= ConditionLimits.Depth ? made : throw TooDeep(made.At);

    private void Enter()
    {
        if (++_depth > ConditionLimits.Depth) throw TooDeep(Here.At);
    }

    private static SyntaxException TooDeep(int at) => new(ConditionErrorKind.Limit, at,
        $"The expression is nested deeper than the {ConditionLimits.Depth} levels that are allowed.");

    private Token Advance() => _tokens[_next++];

    private Token? Take(string symbol) => Here.Is(symbol) ? Advance() : null;

    private Token Need(string symbol, string what) => Take(symbol)
        ?? throw new SyntaxException(Here.At, $"{Here} stands where {what} should be.");
}
