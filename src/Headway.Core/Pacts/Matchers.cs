using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Headway.Core.Pacts;

/// <summary>Whether one value fits a matcher.</summary>
internal static class Matchers
{
    /// <summary>Patterns come from consumers; one that would take for ever counts as not fitting.</summary>
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    /// <param name="wanted">What was expected, in words.</param>
    public static bool Fit(RuleFound rule, JsonElement expected, JsonElement actual, out string wanted)
    {
        // What is said about a list or an object as a whole is not said about what is in it, except for the type.
        var matchers = rule.Rule.Matchers.Select(matcher => rule.IsOwn ? matcher
            : matcher.Kind is "values" or "eachKey" or "eachValue" or "notEmpty" ? new Matcher("type")
            : matcher with { Min = null, Max = null }).ToImmutableArray();
        var failed = matchers.Where(matcher => !Fits(matcher, expected, actual)).ToList();
        wanted = failed.Count == 0 ? "" : string.Join(rule.Rule.Any ? " or " : " and ", failed.Select(matcher =>
            matcher.Kind == "type" ? TypeWanted(matcher, expected) : matcher.Kind == "equality"
                ? expected.GetRawText() : Says(matcher)));
        return rule.Rule.Any ? failed.Count < matchers.Length : failed.Count == 0;
    }

    public static bool Fits(Matcher matcher, JsonElement expected, JsonElement actual) => matcher.Kind switch
    {
        "type" => IsSameType(expected, actual) && LengthFits(matcher, actual),
        "values" or "eachKey" or "eachValue" => actual.ValueKind is JsonValueKind.Object or JsonValueKind.Array,
        "equality" => IsContainer(expected) || JsonMatch.IsEqual(expected, actual),
        "number" => actual.ValueKind is JsonValueKind.Number,
        "integer" => actual.ValueKind is JsonValueKind.Number && actual.GetRawText().IndexOfAny(['.', 'e', 'E']) < 0,
        "decimal" => actual.ValueKind is JsonValueKind.Number && actual.GetRawText().Contains('.', StringComparison.Ordinal),
        "boolean" => actual.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => actual.ValueKind is JsonValueKind.Null,
        "notEmpty" => IsFilled(actual),
        "contentType" => true,
        // A pattern on something that holds values is meant for the values.
        _ => IsContainer(expected) ? IsSameType(expected, actual)
            : !IsContainer(actual) && actual.ValueKind is not JsonValueKind.Null && FitsText(matcher, TextOf(actual)),
    };

    public static bool FitsText(Matcher matcher, string text) => matcher.Kind switch
    {
        "regex" => IsMatch(matcher.Pattern ?? "", text),
        "include" => text.Contains(matcher.Value ?? "", StringComparison.Ordinal),
        "date" => DateFormat.Fits(text, matcher.Value ?? "yyyy-MM-dd"),
        "time" => DateFormat.Fits(text, matcher.Value ?? "HH:mm:ss"),
        "timestamp" or "datetime" => matcher.Value is { } format ? DateFormat.Fits(text, format) : DateFormat.IsIso(text),
        "semver" => IsMatch("^[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$", text),
        "integer" => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        "number" or "decimal" => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        "boolean" => text is "true" or "false",
        "notEmpty" => text.Length > 0,
        _ => true,
    };

    public static string Says(Matcher matcher) => matcher.Kind switch
    {
        "regex" => $"text that matches {matcher.Pattern}",
        "include" => $"text that includes {matcher.Value}",
        "date" or "time" or "timestamp" or "datetime" => $"a {matcher.Kind}" + (matcher.Value is { } format ? $" as {format}" : ""),
        "integer" => "a whole number",
        "decimal" => "a number with decimals",
        "number" => "a number",
        "boolean" => "true or false",
        "null" => "null",
        "notEmpty" => "something that is not empty",
        "semver" => "a semantic version",
        _ => matcher.Kind,
    };

    private static string TypeWanted(Matcher matcher, JsonElement expected) => Word(expected.ValueKind)
        + (matcher.Min is { } min ? $" of at least {min}" : "") + (matcher.Max is { } max ? $" of at most {max}" : "");

    private static string Word(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };

    private static bool LengthFits(Matcher matcher, JsonElement actual) => actual.ValueKind is not JsonValueKind.Array
        || (actual.GetArrayLength() >= (matcher.Min ?? 0) && actual.GetArrayLength() <= (matcher.Max ?? int.MaxValue));

    private static bool IsSameType(JsonElement one, JsonElement other) => Kind(one) == Kind(other);

    private static JsonValueKind Kind(JsonElement element) =>
        element.ValueKind is JsonValueKind.False ? JsonValueKind.True : element.ValueKind;

    private static bool IsContainer(JsonElement element) => element.ValueKind is JsonValueKind.Object or JsonValueKind.Array;

    private static bool IsFilled(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.String => element.GetString()!.Length > 0,
        JsonValueKind.Array => element.GetArrayLength() > 0,
        JsonValueKind.Object => element.EnumerateObject().Any(),
        _ => true,
    };

    private static string TextOf(JsonElement element) =>
        element.ValueKind is JsonValueKind.String ? element.GetString()! : element.GetRawText();

    private static bool IsMatch(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, PatternLimit);
        }
        catch (Exception e) when (e is RegexMatchTimeoutException or ArgumentException)
        {
            return false;
        }
    }
}
