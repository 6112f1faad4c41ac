using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Headway.Core.Evidence.Queries;

/// <summary>A query in PromQL: whether it can be evidence, and what it is once it is filled in.</summary>
public static partial class PromQuery
{
    private static readonly ImmutableArray<string> Speeds =
        ["rate", "irate", "increase", "delta", "idelta", "deriv"];

    private static readonly ImmutableArray<string> Sums =
        ["sum", "avg", "min", "max", "count", "group", "topk", "bottomk", "quantile", "stddev", "stdvar",
            "count_values"];

    [GeneratedRegex(@"([A-Za-z_:][A-Za-z0-9_:]*)\s*(?=\(|\b(?:by|without)\b)", RegexOptions.CultureInvariant)]
    private static partial Regex Call { get; }

    /// <param name="what">How the query is called in headway.yaml: `bad`.</param>
    /// <param name="isCounter">Its increments are taken; otherwise its values.</param>
    public static QueryProblem? WhyRefused(string query, string what, bool isCounter)
    {
        var parts = PromText.Parts(query);
        if (parts.Any(p => p.Kind == PromKind.Unclosed))
            return new($"a quote in `{what}` does not end", "as many closing quotes as opening ones");
        var said = string.Concat(parts.Where(p => p.Kind != PromKind.Comment).Select(p => p.Of(query)));
        var code = parts.Where(p => p.Kind == PromKind.Code).Select(p => p.Of(query)).ToArray();
        return QueryProblem.OfPlaceholders(said)
            ?? Bare(code, what)
            ?? (Placeholders.TellsSides(said) ? null : QueryProblem.WholeService($"`{what}`"))
            ?? (isCounter ? NotACounter(code, what) : null);
    }

    /// <summary>Values are written so that they stay within the quotes in which they stand.</summary>
    public static string Fill(string query, Func<string, string> valueOf)
    {
        var filled = new StringBuilder();
        foreach (var part in PromText.Parts(query))
        {
            var text = part.Of(query);
            if (part.Kind != PromKind.Comment)
                text = Placeholders.Fill(text, p => Escape(valueOf(p.Name), part.Kind, text[0]));
            filled.Append(text);
        }
        return filled.ToString();
    }

    private static string Escape(string value, PromKind kind, char quote)
    {
        if (kind == PromKind.Code) return value;
        if (kind == PromKind.Regex) value = Regex.Escape(value).Replace("-", @"\-", StringComparison.Ordinal);
        // Nothing can be escaped between back-quotes, and no value that the server gives has one.
        if (quote == '`') return value.Replace("`", "", StringComparison.Ordinal);
        return value.Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace($"{quote}", $@"\{quote}", StringComparison.Ordinal)
            .Replace("\n", @"\n", StringComparison.Ordinal);
    }

    private static QueryProblem? Bare(string[] code, string what)
    {
        var bare = code.SelectMany(Placeholders.In).FirstOrDefault(p => p.Name != Placeholders.Window);
        return bare.Length == 0 ? null : new(
            $"`${bare.Name}` stands outside of quotes in `{what}`, where its `-` would be a minus",
            $"a condition such as `release_id=\"${bare.Name}\"`");
    }

    /// <summary>Reasons: docs/reference/evidence.md, "Counters".</summary>
    private static QueryProblem? NotACounter(string[] code, string what)
    {
        var called = string.Join(" \"\" ", code);
        foreach (var name in Call.Matches(called).Select(m => m.Groups[1].Value.ToLowerInvariant()))
        {
            if (Speeds.Contains(name) || name.EndsWith("_over_time", StringComparison.Ordinal))
                return new(
                    $"`{name}` in `{what}` turns a counter into something else, and Headway takes the increments of "
                        + "counters itself",
                    $"the bare counter in `{what}`, or `gauge` for what is compared as it is");
            if (Sums.Contains(name))
                return new(
                    $"`{name}` in `{what}` hides whose counter it is: when an instance ends, the result falls as if it "
                        + "had started again",
                    "the bare counter; Headway adds its series up");
        }
        return null;
    }
}
