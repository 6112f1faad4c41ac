namespace Headway.Server.Telemetry.Promql.Syntax;

/// <summary>Reads what may follow an expression: `[5m]`, `[1h:5m]`, `offset 5m`, `@ 1600000000`.</summary>
internal static class Tail
{
    public static Expression Read(TokenStream tokens, Expression of)
    {
        while (true)
        {
            tokens.Deepen();
            if (tokens.Current.Kind == TokenKind.LeftBracket) of = Brackets(tokens, of);
            else if (tokens.Current.Is("offset")) of = Offset(tokens, of);
            else if (tokens.Current.Kind == TokenKind.At) of = At(tokens, of);
            else return of;
        }
    }

    private static Expression Brackets(TokenStream tokens, Expression of)
    {
        var open = tokens.Take();
        var range = Duration(tokens, tokens.Expect(TokenKind.Duration, "subquery selector", "duration"));
        if (tokens.Current.Kind == TokenKind.RightBracket)
        {
            tokens.Take();
            if (of is not Expression.Selector selector)
                throw tokens.Wrong("ranges only allowed for vector selectors", open.At);
            if (selector.Shift.HasOffset) throw tokens.Wrong("no offset modifiers allowed before range", open.At);
            if (selector.Shift.Anchor != Anchor.None) throw tokens.Wrong("no @ modifiers allowed before range", open.At);
            return new Expression.Range(selector, range) { At = of.At };
        }
        tokens.Expect(TokenKind.Colon, "subquery or range", "\":\" or \"]\"");
        long step = 0;
        if (tokens.Current.Kind == TokenKind.Duration)
        {
            step = Duration(tokens, tokens.Take());
            tokens.Expect(TokenKind.RightBracket, "subquery selector", "\"]\"");
        }
        else tokens.Expect(TokenKind.RightBracket, "subquery selector", "duration or \"]\"");
        return new Expression.Subquery(of, range, step, default) { At = of.At };
    }

    private static Expression Offset(TokenStream tokens, Expression of)
    {
        tokens.Take();
        var minus = tokens.Current.Is("-");
        if (minus || tokens.Current.Is("+")) tokens.Take();
        var duration = Duration(tokens, tokens.Expect(TokenKind.Duration, "offset", "duration"));
        return Shifted(of, shift => shift.HasOffset
                ? throw tokens.Wrong("offset may not be set multiple times", of.At)
                : shift with { Offset = minus ? -duration : duration })
            ?? throw tokens.Wrong("offset modifier must be preceded by an instant vector selector or range vector selector "
                + "or a subquery", of.At);
    }

    private static Expression At(TokenStream tokens, Expression of)
    {
        tokens.Take();
        var (anchor, time) = Moment(tokens);
        return Shifted(of, shift => shift.Anchor != Anchor.None
                ? throw tokens.Wrong("@ <timestamp> may not be set multiple times", of.At)
                : shift with { Anchor = anchor, Time = time })
            ?? throw tokens.Wrong("@ modifier must be preceded by an instant vector selector or range vector selector "
                + "or a subquery", of.At);
    }

    private static (Anchor Anchor, long Time) Moment(TokenStream tokens)
    {
        if (tokens.Current is { Kind: TokenKind.Identifier, Written: "start" or "end" })
        {
            var word = tokens.Take().Written;
            tokens.Expect(TokenKind.LeftParen, "@", "timestamp");
            tokens.Expect(TokenKind.RightParen, "@", "timestamp");
            return (word == "start" ? Anchor.Start : Anchor.End, 0);
        }
        var minus = tokens.Current.Is("-");
        if (minus || tokens.Current.Is("+")) tokens.Take();
        var token = tokens.Expect(TokenKind.Number, "@", "timestamp");
        var seconds = tokens.Number(token);
        // Half the range, so that offsets and ranges can be taken off and added without an overflow.
        if (!(Math.Abs(seconds) < long.MaxValue / 2000.0))
            throw tokens.Wrong($"timestamp out of bounds for @ modifier: {seconds}", token.At);
        return (Anchor.Time, (long)Math.Round((minus ? -seconds : seconds) * 1000, MidpointRounding.AwayFromZero));
    }

    private static Expression? Shifted(Expression of, Func<Shift, Shift> change) => of switch
    {
        Expression.Selector e => e with { Shift = change(e.Shift) },
        Expression.Range e => e with { Of = e.Of with { Shift = change(e.Of.Shift) } },
        Expression.Subquery e => e with { Shift = change(e.Shift) },
        _ => null,
    };

    private static long Duration(TokenStream tokens, Token token) => PromDuration.Read(token.Written) switch
    {
        null => throw tokens.Wrong($"not a valid duration string: {QuotedText.Of(token.Written)}", token.At),
        0 => throw tokens.Wrong("duration must be greater than 0", token.At),
        { } milliseconds => milliseconds,
    };
}
