using System.Text.Json;
using Headway.Core.Evidence.Journeys;
using Xunit;

namespace Headway.Core.Tests.Evidence;

public sealed class JsonPathTests
{
    private const string Document = """{"a":{"b c":[1,{"d":"e"}]},"list":[[true]],"":{"x":null}}""";

    [Theory]
    [InlineData("$", Document)]
    [InlineData("$.a['b c'][0]", "1")]
    [InlineData("$.a[\"b c\"][1].d", "\"e\"")]
    [InlineData("$['list'][0][0]", "true")]
    [InlineData("$[''].x", "null")]
    [InlineData("$.a.nothing", null)]
    [InlineData("$.list[7]", null)]
    [InlineData("$.list.a", null)]
    [InlineData("$.a[0]", null)]
    public void A_path_leads_to_one_value_or_to_none(string path, string? value)
    {
        using var document = JsonDocument.Parse(Document);
        Assert.Equal(value, JsonPath.Parse(path)!.In(document.RootElement)?.GetRawText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("$a")]
    [InlineData("$.")]
    [InlineData("$..a")]
    [InlineData("$.a[*]")]
    [InlineData("$.*")]
    [InlineData("$[")]
    [InlineData("$['a]")]
    [InlineData("$[-1]")]
    [InlineData("$[99999999]")]
    [InlineData("$.a[?(@.b)]")]
    public void What_names_none_or_many_is_no_path(string path) => Assert.Null(JsonPath.Parse(path));

    [Fact]
    public void A_placeholder_alone_keeps_its_kind_and_within_text_becomes_text()
    {
        var values = new Dictionary<string, string> { ["n"] = "7", ["s"] = "\"a \\\"b\"", ["o"] = """{"x":1}""" };
        Assert.Equal("""{"a":7,"b":"n=7 a \"b","c":[{"x":1}],"d":"{unknown}","e":null}""", Template.FillJson(
            """{"a":"{n}","b":"n={n} {s}","c":["{o}"],"d":"{unknown}","e":null}""", values));
        Assert.Equal("/x/a%20%22b/7", Template.Fill("/x/{s}/{n}", values, Uri.EscapeDataString));
        Assert.Equal(["n", "s"], Template.NamesIn("{n}{s}{n} { s } {9}"));
    }
}
