using System.Collections.Immutable;
using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Promql.Syntax;

/// <summary>Reads `name{label="value", ...}`.</summary>
internal sealed class SelectorParser(TokenStream tokens)
{
    /// <summary>Conditions of one selector.</summary>
    private const int MostMatchers = 200;

    /// <param name="name">The metric name, which is read already, or null.</param>
    public Expression.Selector Read(Token? name)
    {
        var at = name?.At ?? tokens.Current.At;
        var matchers = ImmutableArray.CreateBuilder<LabelMatcher>();
        if (tokens.Current.Kind == TokenKind.LeftBrace)
        {
            tokens.Take();
            ReadMatchers(matchers);
        }
        if (name is { } known) matchers.Add(new(LabelSet.Name, MatchKind.Equal, known.Written));
        return new(name?.Written, matchers.ToImmutable(), default) { At = at };
    }

    private void ReadMatchers(ImmutableArray<LabelMatcher>.Builder matchers)
    {
        if (tokens.Current.Kind == TokenKind.RightBrace)
        {
            tokens.Take();
            return;
        }
        while (true)
        {
            matchers.Add(ReadMatcher());
            if (matchers.Count > MostMatchers) throw tokens.Wrong($"more than {MostMatchers} label matchers", tokens.Current.At);
            if (tokens.Current.Kind == TokenKind.RightBrace) break;
            tokens.Expect(TokenKind.Comma, "label matching", "\",\" or \"}\"");
            if (tokens.Current.Kind == TokenKind.RightBrace) break;
        }
        tokens.Take();
    }

    private LabelMatcher ReadMatcher()
    {
        if (tokens.Current.Kind != TokenKind.Identifier)
            throw tokens.Unexpected("label matching", "identifier or \"}\"");
        var label = tokens.Take();
        MatchKind? kind = tokens.Current switch
        {
            { Kind: TokenKind.Equal } => MatchKind.Equal,
            { Kind: TokenKind.EqualRegex } => MatchKind.Matches,
            { Kind: TokenKind.NotRegex } => MatchKind.NotMatches,
            { Kind: TokenKind.Operator, Value: "!=" } => MatchKind.NotEqual,
            _ => null,
        };
        if (kind is null) throw tokens.Unexpected("label matching", "label matching operator");
        tokens.Take();
        if (tokens.Current.Kind != TokenKind.Text) throw tokens.Unexpected("label matching", "string");
        var value = tokens.Take();
        if (kind is MatchKind.Matches or MatchKind.NotMatches) CheckPattern(label, value);
        return new(label.Written, kind.Value, value.Value);
    }

    private void CheckPattern(Token label, Token value)
    {
        try
        {
            LabelPattern.Of(value.Value);
        }
        catch (ArgumentException e)
        {
            throw tokens.Wrong($"error parsing regexp: {e.Message}", label.At);
        }
    }
}
