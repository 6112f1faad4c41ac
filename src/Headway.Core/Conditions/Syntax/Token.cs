namespace Headway.Core.Conditions.Syntax;

internal enum TokenKind
{
    End,
    Symbol,
    Name,

    /// <summary>A name between backticks, which may be a field only.</summary>
    QuotedName,
    Literal,
}

/// <param name="Kind">What it is.</param>
/// <param name="At">Index of its first character.</param>
/// <param name="Text">The symbol or the name.</param>
/// <param name="Value">Of a literal. Null for an integer that is one too large for anything but its negation.</param>
internal readonly record struct Token(TokenKind Kind, int At, string Text, ConditionValue? Value = null)
{
    /// <summary>The magnitude of the lowest int, which is a literal only behind a minus.</summary>
    public bool IsLowestIntegerWithoutSign => Kind == TokenKind.Literal && Value is null;

    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    /// <summary>For messages.</summary>
    public override string ToString() => Kind == TokenKind.End ? "the end" : $"`{Text}`";
}
