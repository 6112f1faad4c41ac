using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Headway.Core.Evidence.Answers;
using Xunit;

namespace Headway.Core.Tests.Evidence.Answers;

public sealed class AnswerDiffTests
{
    [Theory]
    [InlineData("""{"total":12.5,"n":1}""", """{"n":1,"total":12}""", "$.total 12.5 -> 12")]
    [InlineData("""{"a":{"b":[{"c":1},{"c":2}]}}""", """{"a":{"b":[{"c":1},{"c":3}]}}""", "$.a.b[1].c 2 -> 3")]
    [InlineData("""{"a":1}""", """{}""", "$.a 1 -> nothing")]
    [InlineData("""{}""", """{"a":null}""", "$.a nothing -> null")]
    [InlineData("""{"a":"1"}""", """{"a":1}""", "$.a \"1\" -> 1")]
    [InlineData("""[1,2,3]""", """[1,2]""", "$ 3 items -> 2 items")]
    [InlineData("""{"a":true}""", """{"a":false}""", "$.a true -> false")]
    [InlineData("""{"a b":1}""", """{"a b":2}""", "$['a b'] 1 -> 2")]
    public void Json_is_compared_by_its_structure(string was, string now, string says) =>
        Assert.Equal(says, Assert.Single(Diff(was, now)).Says);

    [Theory]
    [InlineData("""{"a":1,"b":{"c":[1]}}""", """{ "b" : {"c":[1.0]} , "a":1e0 }""")]
    [InlineData("""{"a":"\u0041"}""", """{"a":"A"}""")]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":"\ud800"}""", """{ "a":"\ud800"}""")]
    public void What_means_the_same_is_the_same(string was, string now) => Assert.Empty(Diff(was, now));

    [Theory]
    [InlineData("$.timestamp")]
    [InlineData("$.items[*].id", "$.timestamp")]
    [InlineData("$..timestamp", "$.items[0].id", "$.items[1].id")]
    [InlineData("$.items.*.id", "$.*.s")]
    [InlineData("$.*")]
    public void Ignored_places_and_what_is_below_them_are_not_compared(params string[] ignore)
    {
        var found = Diff(
            """{"timestamp":{"s":1},"items":[{"id":1},{"id":2}]}""", """{"timestamp":{"s":2},"items":[{"id":3},{"id":4}]}""",
            new() { Ignore = [.. ignore] });
        Assert.Equal(ignore is ["$.timestamp"] ? 2 : 0, found.Length);
    }

    [Fact]
    public void A_sorted_array_is_compared_without_its_order_and_another_one_with_it()
    {
        const string Was = """{"tags":["a",{"x":1,"y":2},"b"]}""", Now = """{"tags":["b","a",{"y":2,"x":1}]}""";
        Assert.NotEmpty(Diff(Was, Now));
        Assert.Empty(Diff(Was, Now, new() { Sort = ["$.tags"] }));
        Assert.NotEmpty(Diff(Was, """{"tags":["b","a",{"y":2,"x":3}]}""", new() { Sort = ["$.tags"] }));
    }

    [Theory]
    [InlineData("100", "100.9", 0.01, true)]
    [InlineData("100", "101.1", 0.01, false)]
    [InlineData("-100", "-99.5", 0.01, true)]
    [InlineData("0", "0.001", 0.01, false)]
    [InlineData("9007199254740993", "9007199254740992", 0, false)]
    public void Numbers_are_the_same_within_the_tolerance(string was, string now, double tolerance, bool same) =>
        Assert.Equal(same, Diff($"[{was}]", $"[{now}]", new() { Tolerance = tolerance }).IsEmpty);

    [Fact]
    public void Another_status_is_the_only_difference_of_two_answers()
    {
        var found = new AnswerDiff(new()).Of(Json("""{"a":1}"""), Json("""{"a":2}""") with { Status = 404 });
        Assert.Equal("status 200 -> 404", Assert.Single(found).Says);
    }

    [Fact]
    public void Chosen_headers_are_compared_and_secrets_in_them_are_masked()
    {
        var rules = new MirrorRules { Headers = ["content-type", "set-cookie"] };
        var was = Json("{}");
        var now = was with { Headers = was.Headers.SetItem("content-type", "Application/JSON").SetItem("set-cookie", "sid=1") };
        Assert.Equal("header set-cookie nothing -> ***", Assert.Single(new AnswerDiff(rules).Of(was, now)).Says);
        Assert.Empty(new AnswerDiff(new()).Of(was, now));
    }

    [Fact]
    public void What_is_not_json_or_says_so_wrongly_is_compared_by_its_bytes()
    {
        var diff = new AnswerDiff(new());
        Assert.Equal("body 3 bytes -> 4 bytes", Assert.Single(diff.Of(Text("abc"), Text("abcd"))).Says);
        Assert.Equal("body 3 bytes -> as many, and others", Assert.Single(diff.Of(Text("abc"), Text("abd"))).Says);
        Assert.Equal("body 2 bytes -> 1 bytes", Assert.Single(diff.Of(Json("{}"), Json("{"))).Says);
        Assert.Single(diff.Of(Json(new string('[', 100) + new string(']', 100)), Json(new string('[', 101) + new string(']', 101))));
    }

    [Fact]
    public void A_body_too_long_to_be_kept_is_compared_by_length_and_digest()
    {
        var diff = new AnswerDiff(new());
        var big = Text("") with { Length = 1 << 20, Digest = "aa" };
        Assert.Empty(diff.Of(big, big));
        Assert.Single(diff.Of(big, big with { Digest = "bb" }));
        Assert.Single(diff.Of(big, big with { Length = 5 }));
    }

    [Fact]
    public void A_pair_that_differs_everywhere_is_cut_short()
    {
        var was = new JsonObject(Enumerable.Range(0, 500).Select(i => KeyValuePair.Create($"k{i}", (JsonNode?)i)));
        var now = new JsonObject(Enumerable.Range(0, 500).Select(i => KeyValuePair.Create($"k{i}", (JsonNode?)(i + 1))));
        Assert.Equal(AnswerDiff.MostDifferences, Diff(was.ToJsonString(), now.ToJsonString()).Length);
    }

    /// <summary>On random documents: same is same both ways, one change is found at its place and nowhere else.</summary>
    [Fact]
    public void One_change_in_any_document_is_found_at_its_place_and_from_both_sides()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var text = Draw(random, 0)!.ToJsonString();
            Assert.Empty(Diff(text, Shuffled(JsonNode.Parse(text)!, random).ToJsonString()));
            var (changed, path) = Changed(JsonNode.Parse(text)!, random);
            if (path is null) continue;
            Assert.Equal(path, Assert.Single(Diff(text, changed.ToJsonString())).Path);
            Assert.Equal(path, Assert.Single(Diff(changed.ToJsonString(), text)).Path);
            Assert.Empty(Diff(text, changed.ToJsonString(), new() { Ignore = [path] }));
        }
    }

    [Theory]
    [InlineData("timestamp")]
    [InlineData("$")]
    [InlineData("$.a[")]
    [InlineData("$.a[x]")]
    [InlineData("$..")]
    [InlineData("$.a..")]
    [InlineData("$a")]
    public void A_path_that_cannot_be_read_is_said(string path) => Assert.NotNull(PathPattern.Parse(path).Problem);

    private static JsonNode Draw(Random random, int depth) => (depth > 3 ? 9 : random.Next(10)) switch
    {
        < 4 => new JsonObject(Enumerable.Range(0, random.Next(1, 5)).Select(i => KeyValuePair.Create($"k{i}", (JsonNode?)Draw(random, depth + 1)))),
        < 6 => new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Draw(random, depth + 1))]),
        < 8 => JsonValue.Create(random.Next(1000).ToString(CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(random.Next(1000)),
    };

    private static JsonNode Shuffled(JsonNode node, Random random) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(_ => random.Next()).Select(m => KeyValuePair.Create(m.Key, (JsonNode?)Shuffled(m.Value!, random)))),
        JsonArray list => new JsonArray([.. list.Select(item => Shuffled(item!, random))]),
        _ => node.DeepClone(),
    };

    private static (JsonNode, string?) Changed(JsonNode node, Random random)
    {
        var (at, path) = (node, "$");
        while (at is JsonObject or JsonArray)
            if (at is JsonObject map)
            {
                var member = map.ElementAt(random.Next(map.Count));
                (at, path) = (member.Value!, $"{path}.{member.Key}");
            }
            else
            {
                var index = random.Next(((JsonArray)at).Count);
                (at, path) = (((JsonArray)at)[index]!, $"{path}[{index}]");
            }
        if (at == node) return (node, null);
        at.ReplaceWith(JsonValue.Create("changed"));
        return (node, path);
    }

    private static ImmutableArray<Difference> Diff(string was, string now, MirrorRules? rules = null) =>
        new AnswerDiff(rules ?? new()).Of(Json(was), Json(now));

    private static Answer Json(string body) => Of("application/json", body);

    private static Answer Text(string body) => Of("text/plain", body);

    private static Answer Of(string type, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return new(200, ImmutableSortedDictionary<string, string>.Empty.Add("content-type", type), bytes, bytes.Length, null);
    }
}
