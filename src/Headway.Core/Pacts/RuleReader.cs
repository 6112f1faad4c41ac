using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Pacts;

/// <summary>Reads `matchingRules` of all versions: v2 has paths from the answer, v3 and v4 groups by what is matched.</summary>
internal static class RuleReader
{
    private const int MostRules = 5_000;

    private static readonly string[] Kinds =
    [
        "type", "regex", "number", "integer", "decimal", "boolean", "null", "equality", "include", "date", "time",
        "timestamp", "datetime", "values", "eachKey", "eachValue", "notEmpty", "semver", "contentType", "statusCode",
    ];

    /// <summary>Throws <see cref="PactUnreadableException"/> for a matcher that Headway does not know.</summary>
    public static MatchingRules Read(JsonElement? rules)
    {
        if (rules is not { ValueKind: JsonValueKind.Object } given) return MatchingRules.None;
        var body = ImmutableArray.CreateBuilder<MatchingRule>();
        var headers = ImmutableDictionary.CreateBuilder<string, MatchingRule>(StringComparer.OrdinalIgnoreCase);
        MatchingRule? status = null;
        foreach (var entry in given.EnumerateObject().Take(MostRules))
            if (entry.Name.StartsWith('$')) ReadOld(entry, body, headers);
            else if (entry.Name == "body")
                foreach (var one in Entries(entry.Value))
                    body.Add(Rule(PathOf(one.Name), one.Value));
            else if (entry.Name is "header" or "headers")
                foreach (var one in Entries(entry.Value))
                    headers[one.Name.Split('[')[0]] = Rule(Whole, one.Value);
            else if (entry.Name == "status")
                status = Rule(Whole, entry.Value);
        return new(body.ToImmutable(), headers.ToImmutable(), status);
    }

    private static readonly RulePath Whole = new([], []);

    /// <summary>`$.body.items[*]`, `$.headers.Location`: the first step says what it is about.</summary>
    private static void ReadOld(
        JsonProperty entry, ImmutableArray<MatchingRule>.Builder body,
        ImmutableDictionary<string, MatchingRule>.Builder headers)
    {
        var path = PathOf(entry.Name);
        if (path.Steps.Length == 0) body.Add(Rule(path, entry.Value));
        else if (path.Steps[0] == "body")
            body.Add(Rule(new(path.Steps[1..], path.Indexes[1..]), entry.Value));
        else if (path.Steps[0] is "headers" or "header" && path.Steps.Length == 2)
            headers[path.Steps[1]] = Rule(Whole, entry.Value);
    }

    private static RulePath PathOf(string text) => RulePath.Parse(text)
        ?? throw new PactUnreadableException($"`{Cut(text)}` is no path of a matching rule");

    private static MatchingRule Rule(RulePath path, JsonElement rule)
    {
        if (rule.ValueKind is not JsonValueKind.Object) throw new PactUnreadableException("a matching rule is no object");
        var list = rule.TryGetProperty("matchers", out var matchers) && matchers.ValueKind is JsonValueKind.Array
            ? matchers.EnumerateArray().Select(Of) : [Of(rule)];
        var any = rule.TryGetProperty("combine", out var combine) && combine.ValueKind is JsonValueKind.String
            && combine.GetString() == "OR";
        return new(path, [.. list], any);
    }

    private static Matcher Of(JsonElement matcher)
    {
        if (matcher.ValueKind is not JsonValueKind.Object) throw new PactUnreadableException("a matcher is no object");
        var (min, max) = (WholeOf(matcher, "min"), WholeOf(matcher, "max"));
        var pattern = Text(matcher, "regex");
        var kind = Text(matcher, "match") ?? (pattern is not null ? "regex" : min is not null || max is not null ? "type"
            : Text(matcher, "date") is not null ? "date" : Text(matcher, "time") is not null ? "time"
            : Text(matcher, "timestamp") is not null ? "timestamp" : throw new PactUnreadableException("a matcher has no `match`"));
        if (!Kinds.Contains(kind)) throw new PactUnreadableException($"the matcher `{Cut(kind)}` is not known here");
        return new(kind)
        {
            Pattern = pattern, Min = min, Max = max,
            Value = Text(matcher, "format") ?? Text(matcher, kind) ?? Text(matcher, "value") ?? Text(matcher, "status"),
            Statuses = matcher.TryGetProperty("status", out var codes) && codes.ValueKind is JsonValueKind.Array
                ? [.. codes.EnumerateArray().Where(code => code.TryGetInt32(out _)).Select(code => code.GetInt32())] : [],
            Each = matcher.TryGetProperty("rules", out var each) && each.ValueKind is JsonValueKind.Array
                ? [.. each.EnumerateArray().Select(Of)] : [],
        };
    }

    private static IEnumerable<JsonProperty> Entries(JsonElement element) =>
        element.ValueKind is JsonValueKind.Object ? element.EnumerateObject().Take(MostRules) : [];

    private static int? WholeOf(JsonElement element, string name) => element.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static string Cut(string text) => text.Length <= 80 ? text : text[..80] + "...";
}
