namespace Headway.Server.Telemetry.Promql.Syntax;

internal enum TokenKind
{
    End, Identifier, MetricIdentifier, Number, Duration, Text, Operator, Aggregator, Keyword,
    LeftParen, RightParen, LeftBrace, RightBrace, LeftBracket, RightBracket, Comma, Colon, At, Equal, EqualRegex, NotRegex,
}

/// <param name="At">Where it begins in the query, from 0.</param>
/// <param name="Value">As written; what was meant of a text in quotes; lower case of a word of the language.</param>
internal readonly record struct Token(TokenKind Kind, int At, string Value, string Written)
{
    public int End => At + Written.Length;

    public bool Is(string word) => Kind is TokenKind.Operator or TokenKind.Keyword && Value == word;

    /// <summary>How an error calls it.</summary>
    public string Says => Kind switch
    {
        TokenKind.End => "end of input",
        TokenKind.Identifier => $"identifier {QuotedText.Of(Written)}",
        TokenKind.MetricIdentifier => $"metric identifier {QuotedText.Of(Written)}",
        TokenKind.Number => $"number {Short(Written)}",
        TokenKind.Duration => $"duration {Short(Written)}",
        TokenKind.Text => $"string {Short(Written)}",
        TokenKind.Operator or TokenKind.EqualRegex or TokenKind.NotRegex => $"<op:{Written}>",
        TokenKind.Keyword => $"<{Written}>",
        TokenKind.Aggregator => $"<aggr:{Written}>",
        _ => QuotedText.Of(Written),
    };

    private static string Short(string text) =>
        text.Length > 10 ? QuotedText.Of(text[..10]) + "..." : QuotedText.Of(text);
}
