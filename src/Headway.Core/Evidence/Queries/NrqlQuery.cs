using System.Text.RegularExpressions;

namespace Headway.Core.Evidence.Queries;

/// <summary>A query in NRQL: `SELECT count(*) FROM Transaction WHERE error IS true AND release = '$release'`.</summary>
public static partial class NrqlQuery
{
    [GeneratedRegex(@"'[^']*'", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted { get; }

    [GeneratedRegex(@"\b(SINCE|UNTIL|TIMESERIES|COMPARE)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Times { get; }

    public static QueryProblem? WhyRefused(string query, string what, bool isCounter)
    {
        if (QueryProblem.OfPlain(query, $"`{what}`") is { } problem) return problem;
        return Times.Match(Quoted.Replace(query, "''")) is { Success: true } time
            ? new($"`{time.Value}` in `{what}`: Headway sets the time of every look itself", "a query without it")
            : null;
    }
}
