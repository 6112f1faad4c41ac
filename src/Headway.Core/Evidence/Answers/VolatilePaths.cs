namespace Headway.Core.Evidence.Answers;

/// <summary>
/// What differs between two answers of stable to the same request (times, identities) says nothing of the candidate. A
/// route is learned from its first pairs, of which none counts; afterwards a place that differs in a tenth of the
/// pairs is left out on both sides alike, and what differs less often is left to the comparison of the counts.
/// Whether something is left out rests on pairs before the one that is judged, so neither side is favoured.
/// </summary>
public sealed class VolatilePaths
{
    /// <summary>Pairs of stable's answers that a route is learned from.</summary>
    public const int PairsToLearn = 3;

    private const int LeastSeen = 2, MostRoutes = 100, MostPaths = 5000;

    /// <summary>All routes beyond the first hundred, taken together.</summary>
    private const string Rest = "*";

    private const double LeastShare = 0.1;
    private readonly Dictionary<string, int> pairs = [];
    private readonly Dictionary<(string Route, string Pattern), int> seen = [];

    public bool Knows(string route) => pairs.GetValueOrDefault(Name(route)) >= PairsToLearn;

    /// <summary>Takes in how two answers of stable differ.</summary>
    public void Learn(string route, IEnumerable<Difference> differences)
    {
        route = Name(route);
        pairs[route] = pairs.GetValueOrDefault(route) + 1;
        foreach (var pattern in differences.Select(one => one.Pattern).Distinct())
            if (seen.TryGetValue((route, pattern), out var times)) seen[(route, pattern)] = times + 1;
            else if (seen.Count < MostPaths) seen[(route, pattern)] = 1;
    }

    /// <summary>The differences that are not stable's own.</summary>
    public List<Difference> Steady(string route, IEnumerable<Difference> differences)
    {
        var name = Name(route);
        return [.. differences.Where(one => !IsVolatile(name, one.Pattern))];
    }

    private string Name(string route) => pairs.ContainsKey(route) || pairs.Count < MostRoutes ? route : Rest;

    private bool IsVolatile(string route, string pattern)
    {
        var times = seen.GetValueOrDefault((route, pattern));
        return times >= LeastSeen && times >= LeastShare * pairs.GetValueOrDefault(route);
    }
}
