namespace Headway.Core.Evidence.Queries;

/// <summary>A query of Datadog's metrics: `sum:payments.failed{version:$release}.as_count()`.</summary>
public static class DatadogQuery
{
    public static QueryProblem? WhyRefused(string query, string what, bool isCounter) =>
        QueryProblem.OfPlain(query, $"`{what}`")
        ?? (isCounter && !query.Contains(".as_count()", StringComparison.Ordinal)
            ? new($"`{what}` gives a speed unless it ends in `.as_count()`",
                "a query such as `sum:payments.failed{version:$release}.as_count()`")
            : null);
}
