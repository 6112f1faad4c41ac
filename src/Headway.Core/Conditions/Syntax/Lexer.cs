using System.Collections.Immutable;

namespace Headway.Core.Conditions.Syntax;

/// <summary>Cuts the text into tokens, after the lexis of the language's definition.</summary>
internal static class Lexer
{
    private static readonly string[] Symbols =
    [
        "&&", "||", "==", "!=", "<=", ">=",
        "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}",
    ];

    public static ImmutableArray<Token> Read(string text)
    {
        var tokens = ImmutableArray.CreateBuilder<Token>();
        for (var at = Blank(text, 0); at < text.Length; at = Blank(text, at))
        {
            var (token, end) = Next(text, at);
            tokens.Add(token);
            at = end;
        }
        tokens.Add(new(TokenKind.End, text.Length, ""));
        return tokens.ToImmutable();
    }

    private static (Token Token, int End) Next(string text, int at)
    {
        if (TextLiteral.BeginsAt(text, at)) return TextLiteral.Read(text, at);
        if (char.IsAsciiDigit(text[at]) || text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))
            return NumberLiteral.Read(text, at);
        if (IsNameStart(text[at]) || BlockName(text, at) > 0) return Name(text, at);
        if (text[at] == '`') return Quoted(text, at);
        foreach (var symbol in Symbols)
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
                return (new(TokenKind.Symbol, at, symbol), at + symbol.Length);
        throw new SyntaxException(at, text[at] switch
        {
            '=' => "`=` is not an operator: write `==` to compare.",
            '&' or '|' => $"`{text[at]}` is not an operator: write `{text[at]}{text[at]}`.",
            _ => $"`{Shown(text, at)}` cannot stand here.",
        });
    }

    private static (Token Token, int End) Name(string text, int at)
    {
        var end = at + Math.Max(1, BlockName(text, at));
        while (end < text.Length && IsNamePart(text[end])) end++;
        var name = text[at..end];
        ConditionValue? constant = name switch
        {
            "true" => ConditionValue.Bool.True,
            "false" => ConditionValue.Bool.False,
            "null" => ConditionValue.Null.Value,
            _ => null,
        };
        if (constant is not null) return (new(TokenKind.Literal, at, name, constant), end);
        return (new(name == "in" ? TokenKind.Symbol : TokenKind.Name, at, name), end);
    }

    /// <summary>The names that a `cel.block` writes itself; nobody else can have names with an `@`.</summary>
    private static int BlockName(string text, int at)
    {
        foreach (var name in (ReadOnlySpan<string>)["@index", "@block"])
            if (string.CompareOrdinal(text, at, name, 0, name.Length) == 0) return name.Length;
        return 0;
    }

    private static (Token Token, int End) Quoted(string text, int at)
    {
        var end = at + 1;
        while (end < text.Length && (IsNamePart(text[end]) || text[end] is '.' or '-' or '/' or ' ')) end++;
        if (end == text.Length || text[end] != '`' || end == at + 1)
            throw new SyntaxException(at, "A name in backticks holds letters, digits, `_`, `.`, `-`, `/` and spaces.");
        return (new(TokenKind.QuotedName, at, text[(at + 1)..end]), end + 1);
    }

    /// <summary>Behind whitespace and comments.</summary>
    private static int Blank(string text, int at)
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\n' or '\f' or '\r') at++;
            else if (text[at] == '/' && at + 1 < text.Length && text[at + 1] == '/')
                while (at < text.Length && text[at] != '\n') at++;
            else break;
        }
        return at;
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static string Shown(string text, int at) =>
        System.Text.Rune.TryGetRuneAt(text, at, out var rune) && !System.Text.Rune.IsControl(rune)
            ? rune.ToString() : $"U+{(int)text[at]:X4}";
}
