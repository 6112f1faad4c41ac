namespace Headway.Server.Telemetry.Promql.Syntax;

/// <summary>
/// The words of a query. What a character means depends on where it stands: in braces, in brackets, or elsewhere.
/// </summary>
internal sealed class Lexer(string query)
{
    private static readonly HashSet<string> Keywords =
        ["by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset"];

    private static readonly HashSet<string> WordOperators = ["and", "or", "unless", "atan2"];

    private int _at;
    private int _parens;
    private bool _inBraces;
    private bool _inBrackets;
    private bool _gotColon;
    private bool _wantsDuration;

    public Token Next()
    {
        SkipSpace();
        if (_at >= query.Length) return AtEnd();
        if (_inBraces) return InBraces();
        if (_wantsDuration) return DurationOnly();
        var c = query[_at];
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1)))) return NumberOrDuration();
        if (c is '"' or '\'' or '`') return Quoted(c);
        if (IsAlpha(c) || c == ':') return _inBrackets ? InBrackets(c) : Word();
        return Symbol(c);
    }

    private char Peek(int ahead) => _at + ahead < query.Length ? query[_at + ahead] : '\0';

    private Token Take(TokenKind kind, int length, string? value = null)
    {
        var written = query.Substring(_at, length);
        var token = new Token(kind, _at, value ?? written, written);
        _at += length;
        return token;
    }

    private QueryFailedException Wrong(string says, int? at = null) => ParseFailure.At(query, at ?? _at, says);

    private void SkipSpace()
    {
        while (_at < query.Length)
        {
            if (query[_at] == '#')
            {
                while (_at < query.Length && query[_at] is not ('\n' or '\r')) _at++;
            }
            else if (query[_at] is ' ' or '\t' or '\n' or '\r') _at++;
            else return;
        }
    }

    private Token AtEnd()
    {
        if (_inBraces) throw Wrong("unexpected end of input inside braces");
        if (_parens != 0) throw Wrong("unclosed left parenthesis");
        if (_inBrackets) throw Wrong("unclosed left bracket");
        return new(TokenKind.End, query.Length, "", "");
    }

    private Token Symbol(char c)
    {
        var next = Peek(1);
        switch (c)
        {
            case ',': return Take(TokenKind.Comma, 1);
            case '*' or '/' or '%' or '+' or '-' or '^': return Take(TokenKind.Operator, 1);
            case '=' when next == '=': return Take(TokenKind.Operator, 2);
            case '=' when next == '~': throw Wrong("unexpected character after '=': '~'", _at);
            case '=': return Take(TokenKind.Equal, 1);
            case '!' when next == '=': return Take(TokenKind.Operator, 2);
            case '!': throw Wrong($"unexpected character after '!': {QuotedText.Of(next == '\0' ? '\ufffd' : next)}");
            case '<' or '>': return Take(TokenKind.Operator, next == '=' ? 2 : 1);
            case '(':
                _parens++;
                return Take(TokenKind.LeftParen, 1);
            case ')':
                if (--_parens < 0) throw Wrong("unexpected right parenthesis ')'", _at + 1);
                return Take(TokenKind.RightParen, 1);
            case '{':
                _inBraces = true;
                return Take(TokenKind.LeftBrace, 1);
            case '[' when _inBrackets: throw Wrong("unexpected left bracket '['");
            case '[':
                (_inBrackets, _gotColon, _wantsDuration) = (true, false, true);
                return Take(TokenKind.LeftBracket, 1);
            case ']' when !_inBrackets: throw Wrong("unexpected right bracket ']'");
            case ']':
                _inBrackets = false;
                return Take(TokenKind.RightBracket, 1);
            case '@': return Take(TokenKind.At, 1);
            default: throw Wrong($"unexpected character: {QuotedText.Of(c)}");
        }
    }

    private Token InBraces()
    {
        var (c, next) = (query[_at], Peek(1));
        switch (c)
        {
            case '"' or '\'' or '`': return Quoted(c);
            case ',': return Take(TokenKind.Comma, 1);
            case '=': return next == '~' ? Take(TokenKind.EqualRegex, 2) : Take(TokenKind.Equal, 1);
            case '!' when next == '~': return Take(TokenKind.NotRegex, 2);
            case '!' when next == '=': return Take(TokenKind.Operator, 2);
            case '!': throw Wrong($"unexpected character after '!' inside braces: {QuotedText.Of(next)}");
            case '{': throw Wrong("unexpected left brace '{'");
            case '}':
                _inBraces = false;
                return Take(TokenKind.RightBrace, 1);
            default:
                if (!IsAlpha(c)) throw Wrong($"unexpected character inside braces: {QuotedText.Of(c)}");
                var length = 1;
                while (IsAlpha(Peek(length)) || char.IsAsciiDigit(Peek(length))) length++;
                return Take(TokenKind.Identifier, length);
        }
    }

    private Token InBrackets(char c)
    {
        if (_gotColon) throw Wrong($"unexpected colon {QuotedText.Of(c)}");
        _gotColon = true;
        return Take(TokenKind.Colon, 1);
    }

    private Token Word()
    {
        var length = 1;
        while (IsAlpha(Peek(length)) || char.IsAsciiDigit(Peek(length)) || Peek(length) == ':') length++;
        var word = query.Substring(_at, length).ToLowerInvariant();
        if (Keywords.Contains(word)) return Take(TokenKind.Keyword, length, word);
        if (WordOperators.Contains(word)) return Take(TokenKind.Operator, length, word);
        if (AggregationKinds.ByWord.ContainsKey(word)) return Take(TokenKind.Aggregator, length, word);
        if (word is "inf" or "nan") return Take(TokenKind.Number, length, word);
        return Take(word.Contains(':') ? TokenKind.MetricIdentifier : TokenKind.Identifier, length);
    }

    private Token DurationOnly()
    {
        _wantsDuration = false;
        if (!IsWordCharacter(Peek(NumberText.Length(query, _at)))) throw Wrong("missing unit character in duration");
        var (length, isWhole) = DurationLength();
        return isWhole ? Take(TokenKind.Duration, length)
            : throw Wrong($"bad duration syntax: {QuotedText.Of(query.Substring(_at, length))}");
    }

    private Token NumberOrDuration()
    {
        var number = NumberText.Length(query, _at);
        if (!IsWordCharacter(Peek(number))) return Take(TokenKind.Number, number);
        var (length, isWhole) = DurationLength();
        return isWhole ? Take(TokenKind.Duration, length)
            : throw Wrong($"bad number or duration syntax: {QuotedText.Of(query.Substring(_at, Math.Max(number, length)))}");
    }

    /// <summary>How far a duration goes, and whether nothing of another kind follows.</summary>
    private (int Length, bool IsWhole) DurationLength()
    {
        var length = 0;
        do
        {
            while (char.IsAsciiDigit(Peek(length))) length++;
            if (Peek(length) == 'm' && Peek(length + 1) == 's') length += 2;
            else if (Peek(length) is 's' or 'm' or 'h' or 'd' or 'w' or 'y') length++;
            else return (length, false);
        }
        while (char.IsAsciiDigit(Peek(length)));
        return (length, !IsWordCharacter(Peek(length)));
    }

    private Token Quoted(char quote)
    {
        var end = _at + 1;
        for (; end < query.Length && query[end] != quote; end++)
        {
            if (quote == '`') continue;
            if (query[end] == '\n') throw Wrong("unterminated quoted string");
            if (query[end] == '\\') end++;
        }
        if (end >= query.Length)
            throw Wrong(quote == '`' ? "unterminated raw string" : "unterminated quoted string");
        var meant = QuotedText.Read(query.AsSpan(_at + 1, end - _at - 1), quote)
            ?? throw Wrong(QuotedText.WhyNot(query.AsSpan(_at + 1, end - _at - 1), quote));
        return Take(TokenKind.Text, end + 1 - _at, meant);
    }

    private static bool IsAlpha(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsWordCharacter(char c) => IsAlpha(c) || char.IsAsciiDigit(c);
}
