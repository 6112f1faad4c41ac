using System.Collections.Immutable;

namespace Headway.Core.Evidence.Queries;

/// <summary>PromQL cut into code, texts in quotes and comments: as much of the language as filling it in needs.</summary>
public static class PromText
{
    public static ImmutableArray<PromPart> Parts(string query)
    {
        var parts = ImmutableArray.CreateBuilder<PromPart>();
        for (int at = 0, start = 0; ; at++)
        {
            var ends = at >= query.Length;
            if (!ends && query[at] is not ('"' or '\'' or '`' or '#')) continue;
            if (at > start) parts.Add(new(PromKind.Code, start, at - start));
            if (ends) return parts.ToImmutable();
            var part = query[at] == '#' ? Comment(query, at) : Quoted(query, at);
            parts.Add(part);
            start = part.Start + part.Length;
            at = start - 1;
        }
    }

    private static PromPart Comment(string query, int at)
    {
        var end = query.IndexOf('\n', at);
        return new(PromKind.Comment, at, (end < 0 ? query.Length : end) - at);
    }

    private static PromPart Quoted(string query, int at)
    {
        var quote = query[at];
        var kind = IsRegex(query, at) ? PromKind.Regex : PromKind.Text;
        for (var end = at + 1; end < query.Length; end++)
        {
            if (query[end] == '\\' && quote != '`') end++;
            else if (query[end] == quote) return new(kind, at, end + 1 - at);
        }
        return new(PromKind.Unclosed, at, query.Length - at);
    }

    private static bool IsRegex(string query, int at)
    {
        var before = query[..at].TrimEnd();
        return before.EndsWith("=~", StringComparison.Ordinal) || before.EndsWith("!~", StringComparison.Ordinal);
    }
}

public enum PromKind
{
    Code,
    /// <summary>In quotes.</summary>
    Text,
    /// <summary>In quotes, after `=~` or `!~`.</summary>
    Regex,
    Comment,
    /// <summary>A quote that does not end.</summary>
    Unclosed,
}

public readonly record struct PromPart(PromKind Kind, int Start, int Length)
{
    public string Of(string query) => query.Substring(Start, Length);
}
