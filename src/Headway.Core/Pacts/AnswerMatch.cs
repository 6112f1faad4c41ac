using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Headway.Core.Pacts;

/// <summary>Compares what a provider answered with what a consumer expects: status, headers, body.</summary>
public static class AnswerMatch
{
    /// <summary>Everything that is not as expected, at most some dozens; empty when the answer fits.</summary>
    public static ImmutableArray<Mismatch> Compare(PactResponse expected, PactAnswer actual) =>
    [
        .. Status(expected, actual), .. expected.Headers.Select(header => Header(expected.Rules, header, actual)).OfType<Mismatch>(),
        .. Body(expected, actual),
    ];

    private static ImmutableArray<Mismatch> Status(PactResponse expected, PactAnswer actual)
    {
        if (expected.Rules.Status is { } rule)
        {
            var matcher = rule.Matchers[0];
            var fits = !matcher.Statuses.IsEmpty ? matcher.Statuses.Contains(actual.Status) : IsOf(matcher.Value, actual.Status);
            return fits ? [] : [new("status", matcher.Value ?? string.Join(" or ", matcher.Statuses), $"{actual.Status}")];
        }
        return expected.Status == 0 || expected.Status == actual.Status ? []
            : [new("status", $"{expected.Status}", $"{actual.Status}")];
    }

    private static bool IsOf(string? name, int status) => name switch
    {
        "info" => status / 100 == 1,
        "success" => status / 100 == 2,
        "redirect" => status / 100 == 3,
        "clientError" => status / 100 == 4,
        "serverError" => status / 100 == 5,
        "nonError" => status < 400,
        "error" => status >= 400,
        _ => true,
    };

    private static Mismatch? Header(MatchingRules rules, PactHeader expected, PactAnswer actual)
    {
        var where = $"header {expected.Name}";
        if (actual.Header(expected.Name) is not { } value) return new(where, expected.Value, "not there");
        if (rules.Headers.TryGetValue(expected.Name, out var rule))
        {
            var failed = rule.Matchers.Where(matcher => !Matchers.FitsText(matcher, value)).ToList();
            return (rule.Any ? failed.Count < rule.Matchers.Length : failed.Count == 0) ? null
                : new(where, string.Join(" and ", failed.Select(Matchers.Says)), JsonMatch.Cut(value));
        }
        var same = expected.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)
            ? IsSameType(expected.Value, value) : Pieces(expected.Value).SequenceEqual(Pieces(value));
        return same ? null : new(where, expected.Value, JsonMatch.Cut(value));
    }

    /// <summary>Spaces after commas do not matter, the order does.</summary>
    private static IEnumerable<string> Pieces(string value) => value.Split(',').Select(piece => piece.Trim());

    /// <summary>The same media type; parameters that are expected must be there, more are welcome.</summary>
    private static bool IsSameType(string expected, string actual)
    {
        string[] Parts(string text) => [.. text.Split(';').Select(part => part.Trim().Replace("\"", "", StringComparison.Ordinal)
            .ToLowerInvariant()).Where(part => part.Length > 0)];
        var (wanted, there) = (Parts(expected), Parts(actual));
        return wanted.Length > 0 && there.Length > 0 && wanted[0] == there[0] && wanted.Skip(1).All(there.Skip(1).Contains);
    }

    private static ImmutableArray<Mismatch> Body(PactResponse expected, PactAnswer actual) => expected.Body switch
    {
        PactBody.Any => [],
        PactBody.Empty => actual.Body.IsEmpty || Encoding.UTF8.GetString(actual.Body.AsSpan()).Trim() == "null" ? []
            : [new("$", "no body", $"{actual.Body.Length} bytes")],
        PactBody.Json json => Json(expected, json.Value, actual),
        PactBody.Text text when IsForm(text.ContentType) => Form(text.Value, actual),
        PactBody.Text text => Text(expected.Rules, text.Value, Encoding.UTF8.GetString(actual.Body.AsSpan())),
        PactBody.Binary binary => binary.Value.SequenceEqual(actual.Body) || HasTypeRule(expected.Rules) ? []
            : [new("$", $"{binary.Value.Length} bytes that are the same", $"{actual.Body.Length} others")],
        _ => [],
    };

    private static ImmutableArray<Mismatch> Json(PactResponse expected, JsonElement wanted, PactAnswer actual)
    {
        if (actual.Body.IsEmpty) return [new("$", JsonMatch.Cut(wanted.GetRawText()), "no body")];
        if (actual.Header("Content-Type") is { } type && !PactParts.IsJson(type))
            return [new("header Content-Type", "a JSON type, since the body is JSON", JsonMatch.Cut(type))];
        try
        {
            using var document = JsonDocument.Parse(actual.Body.AsMemory(), new JsonDocumentOptions { MaxDepth = 64 });
            var match = new JsonMatch(expected.Rules);
            match.Compare([], wanted, document.RootElement);
            return match.Found;
        }
        catch (JsonException e)
        {
            return [new("$", "JSON", $"no JSON: {JsonMatch.Cut(e.Message)}")];
        }
    }

    private static ImmutableArray<Mismatch> Text(MatchingRules rules, string wanted, string actual)
    {
        if (rules.Of([]) is not { } rule) return wanted == actual ? [] : [new("$", JsonMatch.Cut(wanted), JsonMatch.Cut(actual))];
        var failed = rule.Rule.Matchers.Where(matcher => !Matchers.FitsText(matcher, actual)).ToList();
        return failed.Count == 0 ? []
            : [new("$", string.Join(" and ", failed.Select(Matchers.Says)), JsonMatch.Cut(actual))];
    }

    private static bool IsForm(string type) => type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static ImmutableArray<Mismatch> Form(string wanted, PactAnswer actual)
    {
        static ILookup<string, string> Fields(string form) => form.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).ToLookup(pair => Plain(pair[0]), pair => pair.Length > 1 ? Plain(pair[1]) : "");
        var there = Fields(Encoding.UTF8.GetString(actual.Body.AsSpan()));
        return [.. Fields(wanted).Where(field => !field.SequenceEqual(there[field.Key])).Select(field => new Mismatch(
            $"$.{field.Key}", string.Join(", ", field), there.Contains(field.Key) ? string.Join(", ", there[field.Key]) : "not there"))];
    }

    private static string Plain(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static bool HasTypeRule(MatchingRules rules) =>
        rules.Of([]) is { } rule && rule.Rule.Matchers.Any(matcher => matcher.Kind is "contentType" or "type");
}
