using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Headway.Core.Evidence.Queries;

/// <summary>
/// A metric of CloudWatch, `Shop PaymentsFailed{Release=$release} Sum`, or an expression of its own that begins with
/// `SELECT` or `SEARCH`.
/// </summary>
/// <param name="Statistic">Null for the usual one: Sum of counts, Average of gauges.</param>
public sealed partial record CloudWatchQuery(
    string Namespace, string Metric, ImmutableArray<(string Name, string Value)> Dimensions, string? Statistic)
{
    [GeneratedRegex(@"^(?<namespace>[^\s{}]+)\s+(?<metric>[^\s{}]+)\s*\{(?<dimensions>[^{}]*)\}(?:\s+(?<statistic>\S+))?\s*\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Written { get; }

    public static bool IsExpression(string query) =>
        query.StartsWith("SELECT", StringComparison.OrdinalIgnoreCase)
        || query.StartsWith("SEARCH", StringComparison.OrdinalIgnoreCase);

    public static QueryProblem? WhyRefused(string query, string what, bool isCounter) =>
        QueryProblem.OfPlain(query, $"`{what}`")
        ?? (IsExpression(query) || Parse(Placeholders.Fill(query, _ => "x")) is not null ? null : new(
            $"`{what}` names no metric of CloudWatch",
            "`NAMESPACE METRIC{Dimension=value} Statistic`, such as `Shop PaymentsFailed{Release=$release} Sum`"));

    /// <summary>Null when it is not written so.</summary>
    public static CloudWatchQuery? Parse(string query)
    {
        var match = Written.Match(query);
        if (!match.Success) return null;
        var dimensions = match.Groups["dimensions"].Value
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(pair => pair.Split('=', 2, StringSplitOptions.TrimEntries)).ToArray();
        if (dimensions.Any(pair => pair.Length != 2 || pair[0].Length == 0 || pair[1].Length == 0)) return null;
        return new(match.Groups["namespace"].Value, match.Groups["metric"].Value,
            [.. dimensions.Select(pair => (pair[0], pair[1]))],
            match.Groups["statistic"].Success ? match.Groups["statistic"].Value : null);
    }
}
