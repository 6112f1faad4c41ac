using System.Text.Json;
using Xunit;

namespace Headway.Cli.Tests.Conditions;

public sealed class CelCommandTests
{
    private const string Input =
        """{ "candidate": { "last": 0.9, "count": 12 }, "size": 3, "x.y": 1, "big": 9007199254740993 }""";

    [Theory]
    [InlineData("candidate.last > 3.0 * 0.2 && input.candidate.count >= 10", "true", "bool")]
    [InlineData("size == 3 ? 'yes' : 'no'", "\"yes\"", "string")]
    [InlineData("x.y + 1", "2", "int")]
    [InlineData("big", "\"9007199254740993\"", "int")]
    [InlineData("null", "null", "null_type")]
    [InlineData("--------19", "19", "int")]
    [InlineData("{1: [2u, b'a']}", "{\"1\":[2,\"YQ==\"]}", "map")]
    public async Task A_value_is_shown_with_its_type(string expression, string value, string type)
    {
        using var folder = new Folder();
        var ran = await Ran.Headway("cel", expression, "--input", folder.Write("in.json", Input), "--json");

        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        var answer = JsonDocument.Parse(ran.Out).RootElement;
        Assert.Equal(value, JsonSerializer.Serialize(answer.GetProperty("value")));
        Assert.Equal(type, answer.GetProperty("type").GetString());
    }

    [Fact]
    public async Task People_see_the_value_as_the_language_writes_it()
    {
        var ran = await Ran.Headway("cel", "{'a': [1u, 2.0, duration('90s')]}");
        Assert.Equal((0, "{\"a\": [1u, 2.0, duration(\"90s\")]}\n"), (ran.ExitCode, ran.Out));
    }

    [Fact]
    public async Task An_error_is_shown_at_its_place()
    {
        using var folder = new Folder();
        var input = folder.Write("in.json", Input);
        var ran = await Ran.Headway("cel", "true &&\n  candidate.cuont > 3", "--input", input);
        Assert.Equal((1, ""), (ran.ExitCode, ran.Out));
        Assert.Equal(
            "2:13: no such key: 'cuont'; did you mean 'count'?\n    candidate.cuont > 3\n              ^\n", ran.Error);

        var json = await Ran.Headway("cel", "true &&\n  candidate.cuont > 3", "--input", input, "--json");
        var error = JsonDocument.Parse(json.Out).RootElement.GetProperty("error");
        Assert.Equal((1, 2, 13, 20), (json.ExitCode, error.GetProperty("line").GetInt32(),
            error.GetProperty("column").GetInt32(), error.GetProperty("offset").GetInt32()));
        Assert.Equal("evaluation", error.GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("1 +", "syntax")]
    [InlineData("[0].map(x, [0]).all(y, y == y) && cel.block([@index1, @index0], @index0)", "limit")]
    [InlineData("cel.bind(x, [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]], "
        + "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]])", "limit")]
    public async Task Every_kind_of_error_is_JSON_too(string expression, string kind)
    {
        var ran = await Ran.Headway("cel", expression, "--json");
        Assert.Equal(1, ran.ExitCode);
        var error = JsonDocument.Parse(ran.Out).RootElement.GetProperty("error");
        Assert.Equal(kind, error.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Numbers_of_the_input_may_all_be_doubles()
    {
        using var folder = new Folder();
        var input = folder.Write("in.json", """{ "last": 4, "median": 1 }""");
        Assert.Equal(1, (await Ran.Headway("cel", "last > 3.0 * median", "--input", input)).ExitCode);
        Assert.Equal("true\n", (await Ran.Headway("cel", "last > 3.0 * median", "--input", input, "--doubles")).Out);
    }

    [Fact]
    public async Task Names_are_looked_for_in_a_container()
    {
        using var folder = new Folder();
        var input = folder.Write("in.json", Input);
        Assert.Equal("1\n", (await Ran.Headway("cel", "y", "--input", input, "--container", "x")).Out);
    }

    [Fact]
    public async Task What_is_wrong_with_the_command_line_or_the_input_has_its_exit_code()
    {
        using var folder = new Folder();
        Assert.Equal(4, (await Ran.Headway("cel", "1", "--input", "/nowhere.json")).ExitCode);
        Assert.Equal(2, (await Ran.Headway("cel", "1", "2")).ExitCode);
        Assert.Equal(2, (await Ran.Headway("cel", "1", "--inptu", "x")).ExitCode);
        Assert.Equal(2, (await Ran.Headway("cel")).ExitCode);
        var ran = await Ran.Headway("cel", "1", "--input", folder.Write("in.json", "{"));
        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("The input is not JSON", ran.Error);
    }
}
