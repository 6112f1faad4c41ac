using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Pacts;

/// <summary>
/// Compares a JSON body with what is expected. Without a rule a value must be equal and a list as long; more names in an
/// object are welcome, since a consumer does not look at them.
/// </summary>
internal sealed class JsonMatch(MatchingRules rules)
{
    private const int Most = 50;
    private readonly ImmutableArray<Mismatch>.Builder found = ImmutableArray.CreateBuilder<Mismatch>();

    public ImmutableArray<Mismatch> Found => found.ToImmutable();

    public void Compare(ImmutableArray<string> place, JsonElement expected, JsonElement actual)
    {
        if (found.Count >= Most) return;
        var rule = rules.Of(place);
        if (rule is not null && !Matchers.Fit(rule, expected, actual, out var wanted))
        {
            Add(place, wanted, actual);
            return;
        }
        if (rule is not null && IsAboutValues(rule)) CompareValues(place, rule, expected, actual);
        else if (expected.ValueKind is JsonValueKind.Object && actual.ValueKind is JsonValueKind.Object)
            CompareNames(place, expected, actual);
        else if (expected.ValueKind is JsonValueKind.Array && actual.ValueKind is JsonValueKind.Array)
            CompareLists(place, rule, expected, actual);
        else if (rule is null && !IsEqual(expected, actual))
            Add(place, expected.GetRawText(), actual);
    }

    private static bool IsAboutValues(RuleFound rule) => rule.IsOwn
        && rule.Rule.Matchers.Any(matcher => matcher.Kind is "values" or "eachKey" or "eachValue");

    private void CompareNames(ImmutableArray<string> place, JsonElement expected, JsonElement actual)
    {
        foreach (var entry in expected.EnumerateObject())
            if (actual.TryGetProperty(entry.Name, out var value)) Compare(place.Add(entry.Name), entry.Value, value);
            else if (found.Count < Most) found.Add(new(Path(place.Add(entry.Name)), Cut(entry.Value.GetRawText()), "not there"));
    }

    /// <summary>The names are any; each value is compared with the one of its name, else with the first.</summary>
    private void CompareValues(ImmutableArray<string> place, RuleFound rule, JsonElement expected, JsonElement actual)
    {
        if (actual.ValueKind is not JsonValueKind.Object || expected.ValueKind is not JsonValueKind.Object)
        {
            if (actual.ValueKind is JsonValueKind.Array && expected.ValueKind is JsonValueKind.Array)
                CompareLists(place, rule, expected, actual);
            return;
        }
        var keys = rule.Rule.Matchers.Where(matcher => matcher.Kind == "eachKey").SelectMany(matcher => matcher.Each).ToList();
        var values = rule.Rule.Matchers.Where(matcher => matcher.Kind == "eachValue").SelectMany(matcher => matcher.Each).ToList();
        foreach (var entry in actual.EnumerateObject())
        {
            if (keys.FirstOrDefault(key => !Matchers.FitsText(key, entry.Name)) is { } wrong)
                Add(place.Add(entry.Name), $"a name that fits {Matchers.Says(wrong)}", entry.Value);
            foreach (var each in values.Where(each => !Matchers.Fits(each, entry.Value, entry.Value)))
                Add(place.Add(entry.Name), Matchers.Says(each), entry.Value);
            var template = expected.TryGetProperty(entry.Name, out var same) ? same
                : expected.EnumerateObject().Select(first => first.Value).FirstOrDefault();
            if (values.Count == 0 && template.ValueKind is not JsonValueKind.Undefined)
                Compare(place.Add(entry.Name), template, entry.Value);
        }
    }

    private void CompareLists(ImmutableArray<string> place, RuleFound? rule, JsonElement expected, JsonElement actual)
    {
        var (wanted, there) = (expected.GetArrayLength(), actual.GetArrayLength());
        // A rule about the list or about its elements makes the first element the pattern of all.
        if (rule is null && !rules.SpeaksOfElements(place) && wanted != there)
        {
            found.Add(new(Path(place), wanted == 1 ? "a list of 1 element" : $"a list of {wanted} elements", $"{there}"));
            return;
        }
        if (wanted == 0) return;
        for (var at = 0; at < there && found.Count < Most; at++)
            Compare(place.Add($"{at}"), expected[at < wanted ? at : 0], actual[at]);
    }

    private void Add(ImmutableArray<string> place, string expected, JsonElement actual)
    {
        if (found.Count < Most) found.Add(new(Path(place), Cut(expected), Cut(actual.GetRawText())));
    }

    public static bool IsEqual(JsonElement one, JsonElement other)
    {
        if (one.ValueKind is not JsonValueKind.Number || other.ValueKind is not JsonValueKind.Number)
            return JsonElement.DeepEquals(one, other);
        return one.GetRawText() == other.GetRawText()
            || (one.TryGetDecimal(out var left) && other.TryGetDecimal(out var right) ? left == right
                : one.GetDouble().Equals(other.GetDouble()));
    }

    public static string Path(ImmutableArray<string> place) => "$" + string.Concat(place.Select(step =>
        step.Length > 0 && step.All(char.IsAsciiDigit) ? $"[{step}]"
        : step.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? $".{step}" : $"['{step}']"));

    public static string Cut(string text) => text.Length <= 200 ? text : text[..200] + "...";
}
