using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Evidence.Answers;

/// <summary>
/// Compares two answers to the same request: status, chosen headers, and bodies; JSON by its structure, anything else
/// byte by byte. Answers of different status are not compared further.
/// </summary>
public sealed class AnswerDiff
{
    /// <summary>Differences of one pair that are looked at; where there are more, the first ones say enough.</summary>
    public const int MostDifferences = 50;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };
    private readonly MirrorRules rules;
    private readonly ImmutableArray<PathPattern> ignore, sort;

    public AnswerDiff(MirrorRules rules)
    {
        this.rules = rules;
        (ignore, sort) = (Patterns(rules.Ignore), Patterns(rules.Sort));
    }

    public ImmutableArray<Difference> Of(Answer was, Answer now)
    {
        if (was.Status != now.Status)
            return [new("status", "status", $"{was.Status}", $"{now.Status}")];
        var found = ImmutableArray.CreateBuilder<Difference>();
        foreach (var name in rules.Headers)
            if (Header(was, name) is var before && Header(now, name) is var after && before != after)
                found.Add(new(
                    $"header {name}", $"header {name}", Masking.Text(name, before), Masking.Text(name, after)));
        found.AddRange(Bodies(was, now));
        return found.ToImmutable();
    }

    private List<Difference> Bodies(Answer was, Answer now)
    {
        if (!was.IsWhole || !now.IsWhole)
            return was.Length == now.Length && was.Digest == now.Digest ? [] : [Body(was, now)];
        if (was.Body.Span.SequenceEqual(now.Body.Span)) return [];
        if (!IsJson(was) || !IsJson(now)) return [Body(was, now)];
        JsonDocument? left = null, right = null;
        try
        {
            left = JsonDocument.Parse(was.Body, Strict);
            right = JsonDocument.Parse(now.Body, Strict);
            return new JsonDiff(ignore, sort, rules.Tolerance).Of(left.RootElement, right.RootElement);
        }
        catch (JsonException)
        {
            // It says that it is JSON and is not, or is deeper than anybody reads.
            return [Body(was, now)];
        }
        finally
        {
            left?.Dispose();
            right?.Dispose();
        }
    }

    private static Difference Body(Answer was, Answer now) =>
        new("body", "body", $"{was.Length} bytes",
            was.Length == now.Length ? "as many, and others" : $"{now.Length} bytes");

    private static bool IsJson(Answer answer) => answer.MediaType is { } type
        && (type is "application/json" or "text/json" || type.EndsWith("+json", StringComparison.Ordinal));

    private static string? Header(Answer answer, string name)
    {
        if (!answer.Headers.TryGetValue(name, out var value)) return null;
        return name != "content-type" ? value
            : string.Join(';', value.Split(';').Select(part => part.Trim().ToLowerInvariant()));
    }

    private static ImmutableArray<PathPattern> Patterns(ImmutableArray<string> written) =>
        [.. written.Select(text => PathPattern.Parse(text).Pattern).OfType<PathPattern>()];
}
