using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Promql.Labels;

/// <summary>What a matcher says about a value; a label that is not there has the empty value.</summary>
public static class LabelMatch
{
    public static bool Fits(this LabelMatcher matcher, string value) => matcher.Kind switch
    {
        MatchKind.Equal => matcher.Value == value,
        MatchKind.NotEqual => matcher.Value != value,
        MatchKind.Matches => LabelPattern.Of(matcher.Value).Fits(value),
        _ => !LabelPattern.Of(matcher.Value).Fits(value),
    };

    public static bool Fit(this IReadOnlyList<LabelMatcher> matchers, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var matcher in matchers)
            if (!matcher.Fits(labels.TryGetValue(matcher.Name, out var value) ? value : "")) return false;
        return true;
    }
}
