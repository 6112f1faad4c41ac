using System.Collections.Immutable;

namespace Headway.Server.Telemetry.Promql.Syntax;

/// <summary>Reads lists of labels and what stands in front of them: `by`, `without`, `on`, `group_left` ...</summary>
internal static class GroupingParser
{
    public static (ImmutableArray<string> Labels, bool Without, bool IsThere) ByOrWithout(TokenStream tokens)
    {
        if (tokens.TakeIf("by")) return (Labels(tokens), false, true);
        return tokens.TakeIf("without") ? (Labels(tokens), true, true) : ([], false, false);
    }

    public static Matching Matching(TokenStream tokens, string op)
    {
        var none = op is "and" or "or" or "unless" ? Cardinality.ManyToMany : Cardinality.OneToOne;
        var on = tokens.Current.Is("on");
        if (!on && !tokens.Current.Is("ignoring")) return Syntax.Matching.Default with { Cardinality = none };
        tokens.Take();
        var labels = Labels(tokens);
        if (!tokens.Current.Is("group_left") && !tokens.Current.Is("group_right")) return new(none, on, labels, []);
        var left = tokens.Take().Value == "group_left";
        var include = tokens.Current.Kind == TokenKind.LeftParen ? Labels(tokens) : [];
        return new(left ? Cardinality.ManyToOne : Cardinality.OneToMany, on, labels, include);
    }

    private static ImmutableArray<string> Labels(TokenStream tokens)
    {
        tokens.Expect(TokenKind.LeftParen, "grouping opts", "\"(\"");
        var labels = ImmutableArray.CreateBuilder<string>();
        while (tokens.Current.Kind != TokenKind.RightParen)
        {
            var token = tokens.Current;
            if (token.Kind is not (TokenKind.Identifier or TokenKind.Keyword or TokenKind.Aggregator)
                && !(token.Kind == TokenKind.Operator && char.IsAsciiLetter(token.Written[0])))
                throw tokens.Unexpected("grouping opts", "label");
            labels.Add(tokens.Take().Written);
            if (tokens.Current.Kind == TokenKind.RightParen) break;
            tokens.Expect(TokenKind.Comma, "grouping opts", "\",\" or \")\"");
        }
        tokens.Take();
        return labels.ToImmutable();
    }
}
