namespace Headway.Server.Telemetry.Promql.Syntax;

/// <summary>The words of a query, one at a time.</summary>
internal sealed class TokenStream
{
    /// <summary>Operators, parentheses, calls and modifiers of a query: no tree can be deeper than that.</summary>
    private const int MostParts = 1_000;

    private readonly Lexer _lexer;
    private int _parts;

    public TokenStream(string query)
    {
        Query = query;
        _lexer = new(query);
        Current = _lexer.Next();
    }

    public string Query { get; }

    public Token Current { get; private set; }

    public Token Take()
    {
        var taken = Current;
        Current = _lexer.Next();
        return taken;
    }

    /// <summary>Called for everything that makes the tree deeper.</summary>
    public void Deepen()
    {
        if (++_parts > MostParts) throw Wrong($"the query has more than {MostParts} parts", Current.At);
    }

    public bool TakeIf(string word)
    {
        if (!Current.Is(word)) return false;
        Take();
        return true;
    }

    public Token Expect(TokenKind kind, string context, string expected) =>
        Current.Kind == kind ? Take() : throw Unexpected(context, expected);

    /// <summary>What a number is worth.</summary>
    public double Number(Token token) => NumberText.Literal(token.Written) ?? throw Wrong(
        $"error parsing number: strconv.ParseFloat: parsing {QuotedText.Of(token.Written)}: "
        + (token.Written.Length > 1 && char.IsAsciiDigit(token.Written[^1]) ? "value out of range" : "invalid syntax"), token.At);

    public QueryFailedException Unexpected(string context, string expected) => Wrong(
        $"unexpected {Current.Says}{(context.Length > 0 ? $" in {context}" : "")}"
        + (expected.Length > 0 ? $", expected {expected}" : ""), Current.At);

    public QueryFailedException Wrong(string says, int at) => ParseFailure.At(Query, at, says);
}
