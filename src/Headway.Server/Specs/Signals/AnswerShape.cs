using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Headway.Core.Evidence.Journeys;

namespace Headway.Server.Specs.Signals;

/// <summary>What the answer to a step must be.</summary>
internal sealed record Answer(
    int? Status, TimeSpan? Within, string? Contains, ImmutableSortedDictionary<string, string> Header,
    ImmutableArray<JsonExpected> Json)
{
    public static readonly Answer Any = new(null, null, null, TextMapShape.None, []);
}

/// <summary>`expect:` of a step.</summary>
internal static class AnswerShape
{
    private const int JsonLimit = 20, HeaderLimit = 20;

    private static readonly Field<int?> Status = new(
        "status", "Status of the answer; any 2xx or 3xx when not written.",
        Shapes.Whole(100, 599).Select(status => (int?)status), null);

    private static readonly Field<TimeSpan?> Within = new(
        "within", "How long the whole answer may take (5s when not written).",
        Quantity.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30)).Select(time => (TimeSpan?)time), null);

    private static readonly Field<string?> Contains = new(
        "contains", "Text that the answer must hold.",
        Shapes.Text("text such as `Thank you`").Select(text => (string?)text), null);

    private static readonly Field<ImmutableSortedDictionary<string, string>> Header = new(
        "header", "Headers of the answer and what each must hold.",
        TextMapShape.Headers("`header`", HeaderLimit, []), TextMapShape.None);

    private static readonly Field<ImmutableArray<JsonExpected>> Json = new(
        "json", "JSON paths and the value at each: `{ \"$.count\": 1 }`, or `exists` for any.",
        new(() => new JsonObject
        {
            ["type"] = "object", ["maxProperties"] = JsonLimit,
            ["propertyNames"] = new JsonObject { ["pattern"] = "^\\$" },
        }, ReadJson), []);

    public static readonly Shape<Answer> Shape = MapShape.Of(
        "`expect`", [Status, Within, Contains, Header, Json],
        values => new Answer(
            values.Get(Status), values.Get(Within), values.Get(Contains), values.Get(Header), values.Get(Json)));

    private static Found<ImmutableArray<JsonExpected>> ReadJson(SpecNode node, ProblemList problems)
    {
        if (node is not SpecNode.Map map)
        {
            problems.Add(node.At, $"`json` cannot be {node.Kind}", "a mapping such as `{ \"$.count\": 1 }`");
            return default;
        }
        if (map.Entries.Length > JsonLimit)
            problems.Add(map.At, $"`json` has {map.Entries.Length} entries", $"at most {JsonLimit}");
        var expected = ImmutableArray.CreateBuilder<JsonExpected>();
        foreach (var entry in map.Entries.Take(JsonLimit))
            if (!TextMapShape.IsPath(entry.Key, problems)) continue;
            else if (entry.Value is SpecNode.Scalar { Quoted: false, Text: "exists" }) expected.Add(new(entry.Key.Text, null));
            else if (JsonValueShape.Any.Read(entry.Value, problems) is { Ok: true } read)
                expected.Add(new(entry.Key.Text, read.Value));
        return Found.It(expected.ToImmutable());
    }
}
