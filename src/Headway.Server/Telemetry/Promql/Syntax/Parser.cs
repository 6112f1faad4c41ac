using System.Collections.Immutable;
using Headway.Server.Telemetry.Promql.Functions;

namespace Headway.Server.Telemetry.Promql.Syntax;

/// <summary>
/// Reads a query, operators by their precedence. Errors have the words and places of Prometheus 2.42, since people look
/// them up.
/// </summary>
public sealed class Parser
{
    /// <summary>Characters of a query.</summary>
    public const int LongestQuery = 64 * 1024;

    /// <summary>How deep expressions may be nested.</summary>
    public const int Deepest = 250;

    private const int UnaryPrecedence = 6;

    private readonly TokenStream _tokens;
    private readonly SelectorParser _selectors;
    private int _depth;

    private Parser(string query)
    {
        _tokens = new(query);
        _selectors = new(_tokens);
    }

    /// <exception cref="QueryFailedException">The query is none.</exception>
    public static Expression Parse(string query)
    {
        if (query.Length > LongestQuery)
            throw new QueryFailedException(FailureKind.BadData, $"the query has {query.Length} characters, more than {LongestQuery}");
        var parser = new Parser(query);
        if (parser._tokens.Current.Kind == TokenKind.End)
            throw new QueryFailedException(FailureKind.BadData, "unknown position: parse error: no expression found in input");
        var expression = parser.Any(0);
        if (parser._tokens.Current.Kind != TokenKind.End) throw parser._tokens.Unexpected("", "");
        TypeCheck.Check(expression, query);
        return expression;
    }

    /// <summary>The selector of a `match[]` parameter.</summary>
    public static Expression.Selector ParseSelector(string query)
    {
        if (query.Length > LongestQuery) throw new QueryFailedException(FailureKind.BadData, "the selector is too long");
        var parser = new Parser(query);
        if (parser._tokens.Current.Kind != TokenKind.LeftBrace && !IsName(parser._tokens.Current))
            throw parser._tokens.Unexpected("", "");
        var name = parser._tokens.Current.Kind == TokenKind.LeftBrace ? (Token?)null : parser._tokens.Take();
        var selector = parser._selectors.Read(name);
        if (parser._tokens.Current.Kind != TokenKind.End) throw parser._tokens.Unexpected("", "");
        TypeCheck.Check(selector, query);
        return selector;
    }

    private Expression Any(int least)
    {
        if (++_depth > Deepest)
            throw _tokens.Wrong($"expressions are nested more than {Deepest} deep", _tokens.Current.At);
        _tokens.Deepen();
        var left = Unary();
        while (Precedence(_tokens.Current) is var precedence && precedence > 0 && precedence >= least)
        {
            _tokens.Deepen();
            var op = _tokens.Take();
            var isBool = _tokens.TakeIf("bool");
            var matching = GroupingParser.Matching(_tokens, op.Value);
            var right = Any(op.Value == "^" ? precedence : precedence + 1);
            left = new Expression.Binary(op.Value, left, right, isBool, matching) { At = left.At, OperatorAt = op.At };
            TypeCheck.CheckModifiers((Expression.Binary)left, op.At, _tokens.Query);
        }
        _depth--;
        return left;
    }

    private static int Precedence(Token token) => token.Kind != TokenKind.Operator ? 0 : token.Value switch
    {
        "or" => 1,
        "and" or "unless" => 2,
        "==" or "!=" or "<" or "<=" or ">" or ">=" => 3,
        "+" or "-" => 4,
        "*" or "/" or "%" or "atan2" => 5,
        "^" => 6,
        _ => 0,
    };

    private Expression Unary()
    {
        if (!_tokens.Current.Is("+") && !_tokens.Current.Is("-")) return Tail.Read(_tokens, Primary());
        var sign = _tokens.Take();
        var minus = sign.Value == "-";
        var of = Any(UnaryPrecedence);
        return of is Expression.Number number
            ? number with { Value = minus ? -number.Value : number.Value, At = sign.At }
            : new Expression.Signed(minus, of) { At = sign.At };
    }

    private Expression Primary()
    {
        var token = _tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                _tokens.Take();
                return new Expression.Number(_tokens.Number(token)) { At = token.At };
            case TokenKind.Text:
                _tokens.Take();
                return new Expression.Text(token.Value) { At = token.At };
            case TokenKind.LeftParen:
                _tokens.Take();
                var inner = Any(0);
                _tokens.Expect(TokenKind.RightParen, "", "");
                return new Expression.Parenthesis(inner) { At = token.At };
            case TokenKind.LeftBrace: return _selectors.Read(null);
            default:
                if (IsName(token)) return Named(_tokens.Take());
                throw _tokens.Unexpected("", "");
        }
    }

    /// <summary>Words of the language can be names of metrics where no operator can stand.</summary>
    private static bool IsName(Token token) =>
        token.Kind is TokenKind.Identifier or TokenKind.MetricIdentifier or TokenKind.Aggregator
        || (token.Kind is TokenKind.Keyword or TokenKind.Operator
            && token.Value is "by" or "without" or "offset" or "and" or "or" or "unless");

    private Expression Named(Token name)
    {
        if (name.Kind == TokenKind.Aggregator
            && (_tokens.Current.Kind == TokenKind.LeftParen || _tokens.Current.Is("by") || _tokens.Current.Is("without")))
            return Aggregation(name);
        if (name.Kind == TokenKind.Identifier && name.Value is not ("start" or "end") && _tokens.Current.Kind == TokenKind.LeftParen) return Call(name);
        return _selectors.Read(name);
    }

    private Expression.Call Call(Token name)
    {
        var arguments = Arguments();
        var function = Function.Find(name.Written)
            ?? throw _tokens.Wrong($"unknown function with name {QuotedText.Of(name.Written)}", name.At);
        return new(function, arguments) { At = name.At };
    }

    private ImmutableArray<Expression> Arguments()
    {
        _tokens.Take();
        var arguments = ImmutableArray.CreateBuilder<Expression>();
        if (_tokens.Current.Kind == TokenKind.RightParen)
        {
            _tokens.Take();
            return [];
        }
        while (true)
        {
            arguments.Add(Any(0));
            if (_tokens.Current.Kind != TokenKind.Comma) break;
            var comma = _tokens.Take();
            if (_tokens.Current.Kind == TokenKind.RightParen)
                throw _tokens.Wrong("trailing commas not allowed in function call args", comma.At);
        }
        _tokens.Expect(TokenKind.RightParen, "", "");
        return arguments.ToImmutable();
    }

    private Expression.Aggregate Aggregation(Token name)
    {
        var kind = AggregationKinds.ByWord[name.Value];
        var (labels, without, grouped) = GroupingParser.ByOrWithout(_tokens);
        if (_tokens.Current.Kind != TokenKind.LeftParen) throw _tokens.Unexpected("aggregation", "");
        var arguments = Arguments();
        if (!grouped) (labels, without, _) = GroupingParser.ByOrWithout(_tokens);
        if (arguments.IsEmpty) throw _tokens.Wrong("no arguments for aggregate expression provided", name.At);
        var wanted = kind.TakesParameter() ? 2 : 1;
        if (arguments.Length != wanted)
            throw _tokens.Wrong("wrong number of arguments for aggregate expression provided, "
                + $"expected {wanted}, got {arguments.Length}", name.At);
        return new(kind, arguments[^1], wanted == 2 ? arguments[0] : null, labels, without) { At = name.At };
    }
}
