using System.Collections.Immutable;
using System.Text;
using Headway.Core.Pacts;
using Xunit;

namespace Headway.Core.Tests.Pacts;

public sealed class AnswerMatchTests
{
    [Fact]
    public void More_names_are_welcome_and_what_is_expected_must_be_there_and_equal()
    {
        Assert.Empty(Compare("""{ "id": 7, "name": "pen" }""", """{ "name": "pen", "id": 7.0, "price": 3 }"""));
        Assert.Equal(["$.name: expected \"pen\", was \"pin\"", "$.tags: expected [], was not there"],
            Compare("""{ "id": 7, "name": "pen", "tags": [] }""", """{ "id": 7, "name": "pin" }"""));
        Assert.Equal(["$.id: expected 7, was \"7\""], Compare("""{ "id": 7 }""", """{ "id": "7" }"""));
        Assert.Equal(["$.a: expected null, was 1"], Compare("""{ "a": null }""", """{ "a": 1 }"""));
    }

    [Fact]
    public void A_list_without_a_rule_is_as_long_and_in_the_same_order()
    {
        Assert.Empty(Compare("[1, 2]", "[1, 2]"));
        Assert.Single(Compare("[1, 2]", "[1, 2, 3]"));
        Assert.Single(Compare("[1, 2]", "[1]"));
        Assert.Equal(2, Compare("[1, 2]", "[2, 1]").Length);
    }

    [Fact]
    public void A_type_rule_of_v2_goes_down_into_what_it_is_about()
    {
        const string rules = """{ "$.body.items": { "min": 1, "match": "type" }, "$.body.items[*].*": { "match": "type" } }""";
        const string expected = """{ "items": [ { "name": "pen", "price": 2 } ] }""";
        Assert.Empty(Compare(expected, """{ "items": [ { "name": "a", "price": 1.5 }, { "name": "b", "price": 9, "more": 1 } ] }""", rules));
        Assert.Equal(["$.items: expected a list of at least 1, was []"], Compare(expected, """{ "items": [] }""", rules));
        Assert.Equal(["$.items[1].price: expected a number, was \"9\""],
            Compare(expected, """{ "items": [ { "name": "a", "price": 1 }, { "name": "b", "price": "9" } ] }""", rules));
        Assert.Equal(["$.items[0].price: expected 2, was not there"], Compare(expected, """{ "items": [ { "name": "a" } ] }""", rules));
    }

    [Fact]
    public void A_rule_about_elements_makes_the_first_the_pattern_of_all()
    {
        const string rules = """{ "$.body.days[*]": { "match": "regex", "regex": "^\\d{2}/\\d{2}/\\d{4}$" } }""";
        Assert.Empty(Compare("""{ "days": [ "29/10/2015" ] }""", """{ "days": [ "01/11/2010", "15/12/2014", "30/06/2015" ] }""", rules));
        Assert.Single(Compare("""{ "days": [ "29/10/2015" ] }""", """{ "days": [ "01/11/2010", "tomorrow" ] }""", rules));
    }

    [Theory]
    [InlineData("integer", "7", true), InlineData("integer", "7.5", false), InlineData("integer", "\"7\"", false)]
    [InlineData("decimal", "7.5", true), InlineData("decimal", "7", false), InlineData("number", "7", true)]
    [InlineData("boolean", "false", true), InlineData("boolean", "\"false\"", false)]
    [InlineData("null", "null", true), InlineData("null", "0", false)]
    [InlineData("notEmpty", "\"\"", false), InlineData("notEmpty", "[1]", true)]
    [InlineData("semver", "\"1.2.3-rc.1\"", true), InlineData("semver", "\"1.2\"", false)]
    public void Kinds_of_values_are_told_apart(string kind, string actual, bool fits)
    {
        var rules = $$$"""{ "body": { "$.v": { "matchers": [ { "match": "{{{kind}}}" } ] } } }""";
        Assert.Equal(fits, Compare("""{ "v": 1 }""", $$"""{ "v": {{actual}} }""", rules).IsEmpty);
    }

    [Theory]
    [InlineData("date", "yyyy-MM-dd", "2030-02-28", true), InlineData("date", "yyyy-MM-dd", "2030-02-30", false)]
    [InlineData("date", "dd/MM/yyyy", "28/02/2030", true), InlineData("time", "HH:mm", "23:59", true)]
    [InlineData("time", "HH:mm", "24:59", false), InlineData("timestamp", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2030-02-28T10:11:12.345+01:00", true)]
    [InlineData("datetime", "yyyy-MM-dd'T'HH:mm:ssX", "2030-02-28T10:11:12Z", true), InlineData("datetime", "yyyy-MM-dd'T'HH:mm:ss", "today", false)]
    [InlineData("datetime", "EEE, d MMM yyyy HH:mm:ss Z", "Thu, 28 Feb 2030 10:11:12 +0100", true)]
    public void Dates_fit_the_formats_of_java(string kind, string format, string actual, bool fits)
    {
        var rules = $$$"""{ "body": { "$.v": { "matchers": [ { "match": "{{{kind}}}", "format": "{{{format}}}" } ] } } }""";
        Assert.Equal(fits, Compare("""{ "v": "x" }""", $$"""{ "v": "{{actual}}" }""", rules).IsEmpty);
    }

    [Fact]
    public void Rules_may_be_joined_by_or_include_text_and_speak_of_values_of_any_name()
    {
        const string either = """{ "body": { "$.v": { "combine": "OR", "matchers": [ { "match": "null" }, { "match": "include", "value": "ab" } ] } } }""";
        Assert.Empty(Compare("""{ "v": "ab" }""", """{ "v": null }""", either));
        Assert.Empty(Compare("""{ "v": "ab" }""", """{ "v": "xaby" }""", either));
        Assert.Single(Compare("""{ "v": "ab" }""", """{ "v": "y" }""", either));
        const string values = """{ "body": { "$.v": { "matchers": [ { "match": "values" } ] }, "$.v.*": { "matchers": [ { "match": "type" } ] } } }""";
        Assert.Empty(Compare("""{ "v": { "a": 1 } }""", """{ "v": { "x": 5, "y": 6 } }""", values));
        Assert.Single(Compare("""{ "v": { "a": 1 } }""", """{ "v": { "x": "five" } }""", values));
    }

    [Fact]
    public void The_most_specific_rule_decides_and_equality_ends_a_type_that_came_from_above()
    {
        const string rules = """{ "body": { "$": { "matchers": [ { "match": "type" } ] }, "$.kind": { "matchers": [ { "match": "equality" } ] } } }""";
        Assert.Empty(Compare("""{ "kind": "a", "n": 1 }""", """{ "kind": "a", "n": 2 }""", rules));
        Assert.Equal(["$.kind: expected \"a\", was \"b\""], Compare("""{ "kind": "a", "n": 1 }""", """{ "kind": "b", "n": 2 }""", rules));
        const string brackets = """{ "body": { "$['2'].str": { "matchers": [ { "match": "regex", "regex": "\\w+" } ] } } }""";
        Assert.Empty(Compare("""{ "2": { "str": "x" } }""", """{ "2": { "str": "abc" } }""", brackets));
    }

    [Fact]
    public void Status_and_headers_are_compared_with_their_own_rules()
    {
        var pact = Pact("""
            { "status": 201, "headers": { "Content-Type": "application/json", "X-List": "a, b", "Location": "/items/1" },
              "matchingRules": { "header": { "location": { "matchers": [ { "match": "regex", "regex": "^/items/\\d+$" } ] } } } }
            """);
        ImmutableArray<string> Of(int status, params (string, string)[] headers) => Says(pact,
            new(status, [.. headers.Select(header => new PactHeader(header.Item1, header.Item2))], []));
        Assert.Empty(Of(201, ("content-type", "application/json; charset=utf-8"), ("x-list", "a,b"), ("Location", "/items/77")));
        Assert.Equal(["status: expected 201, was 500", "header Content-Type: expected application/json, was text/html",
            "header X-List: expected a, b, was b, a", "header Location: expected text that matches ^/items/\\d+$, was /x"],
            Of(500, ("Content-Type", "text/html"), ("X-List", "b, a"), ("Location", "/x")));
    }

    [Fact]
    public void A_body_that_is_not_written_may_be_any_and_one_that_is_null_must_be_none()
    {
        Assert.Empty(Says(Pact("""{ "status": 200 }"""), new(200, [], [.. "anything"u8])));
        Assert.Empty(Says(Pact("""{ "status": 200, "body": null }"""), new(200, [], [])));
        Assert.Single(Says(Pact("""{ "status": 200, "body": null }"""), new(200, [], [.. "x"u8])));
        var text = Pact("""{ "status": 200, "headers": { "Content-Type": "text/plain" }, "body": "alligator" }""");
        ImmutableArray<PactHeader> plain = [new("Content-Type", "text/plain")];
        Assert.Empty(Says(text, new(200, plain, [.. "alligator"u8])));
        Assert.Single(Says(text, new(200, plain, [.. "crocodile"u8])));
        Assert.Contains("no JSON", Assert.Single(Says(Pact("""{ "status": 200, "body": {} }"""), new(200, [], [.. "<html>"u8]))));
    }

    [Fact]
    public void Version_4_says_what_its_content_is_and_other_kinds_are_left_out_by_name()
    {
        var pact = PactReader.Read(Encoding.UTF8.GetBytes("""
            { "consumer": { "name": "c" }, "provider": { "name": "p" }, "metadata": { "pactSpecification": { "version": "4.0" } },
              "interactions": [
                { "type": "Synchronous/HTTP", "description": "d", "providerStates": [ { "name": "s", "params": { "id": 1 } } ],
                  "request": { "method": "post", "path": "/x", "query": { "q": [ "a b", "c" ] },
                    "body": { "contentType": "application/json", "encoded": false, "content": { "a": 1 } } },
                  "response": { "status": 200, "body": { "contentType": "application/octet-stream", "encoded": "base64", "content": "AQI=" } } },
                { "type": "Asynchronous/Messages", "description": "m" } ] }
            """));
        var one = Assert.Single(pact.Interactions);
        Assert.Equal(("POST", "q=a%20b&q=c", "d (given s)"), (one.Request.Method, one.Request.Query, one.Name));
        Assert.IsType<PactBody.Json>(one.Request.Body);
        Assert.Equal([1, 2], Assert.IsType<PactBody.Binary>(one.Response.Body).Value);
        Assert.StartsWith("m: Asynchronous/Messages", Assert.Single(pact.Skipped));
    }

    [Theory]
    [InlineData("{}"), InlineData("[]"), InlineData("nothing")]
    [InlineData("""{ "consumer": {}, "provider": {} }""")]
    [InlineData("""{ "consumer": { "name": "c" }, "provider": { "name": "p" }, "interactions": [ { "request": {} } ] }""")]
    [InlineData("""{ "consumer": { "name": "c" }, "provider": { "name": "p" }, "interactions": [ { "request": {}, "response": { "matchingRules": { "body": { "$.a": { "matchers": [ { "match": "telepathy" } ] } } } } } ] }""")]
    public void What_cannot_be_read_says_so(string text) =>
        Assert.Throws<PactUnreadableException>(() => PactReader.Read(Encoding.UTF8.GetBytes(text)));

    private static ImmutableArray<string> Compare(string expected, string actual, string? rules = null) => Says(
        Pact($$"""{ "status": 200, "body": {{expected}}, "matchingRules": {{rules ?? "{}"}} }"""),
        new(200, [new("Content-Type", "application/json")], [.. Encoding.UTF8.GetBytes(actual)]));

    private static ImmutableArray<string> Says(PactResponse expected, PactAnswer actual) =>
        [.. AnswerMatch.Compare(expected, actual).Select(mismatch => mismatch.Says)];

    private static PactResponse Pact(string response) => PactReader.Read(Encoding.UTF8.GetBytes(
        $$"""{ "consumer": { "name": "c" }, "provider": { "name": "p" }, "interactions": [ { "description": "d", "request": {}, "response": {{response}} } ] }"""))
        .Interactions[0].Response;
}
