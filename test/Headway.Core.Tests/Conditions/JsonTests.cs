using Headway.Core.Conditions;
using Xunit;

namespace Headway.Core.Tests.Conditions;

public sealed class JsonTests
{
    [Theory]
    [InlineData("3", "3")]
    [InlineData("3.0", "3.0")]
    [InlineData("3e0", "3.0")]
    [InlineData("9223372036854775808", "9223372036854775808u")]
    [InlineData("18446744073709551616", "18446744073709552000.0")]
    [InlineData("{\"a\": [true, null, \"x\"]}", "{\"a\": [true, null, \"x\"]}")]
    public void Numbers_are_what_they_are_written_as(string json, string notation)
    {
        var value = ConditionJson.Read(json).Value!;
        Assert.True(value.SameAs(Evaluations.Evaluate(notation).Value!), $"{value}");
        Assert.Equal(notation[^1], value.ToNotation()[^1]);
    }

    [Fact]
    public void Measurements_may_all_be_read_as_doubles()
    {
        const string condition = "last > 3.0 * median && count >= 10 && size == 3";
        const string input = """{ "last": 4, "median": 1, "count": 10, "size": 3 }""";
        Assert.Contains("no such overload", Evaluations.Evaluate(condition, input).Error!.Says);
        Assert.True(Evaluations.Evaluate(condition, input, numbers: JsonNumbers.Double).Holds);
    }

    [Theory]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("9007199254740992", "\"9007199254740992\"")]
    [InlineData("-9007199254740993", "\"-9007199254740993\"")]
    [InlineData("18446744073709551615u", "\"18446744073709551615\"")]
    [InlineData("[1.5, 0.0 / 0.0, -1.0 / 0.0]", "[1.5,\"NaN\",\"-Infinity\"]")]
    [InlineData("{1: b'\\xff', true: timestamp(0), 2u: duration('1.5s')}",
        "{\"1\":\"/w==\",\"true\":\"1970-01-01T00:00:00Z\",\"2\":\"1.5s\"}")]
    [InlineData("[int, null, optional.none(), optional.of('é')]", "[\"int\",null,null,\"é\"]")]
    [InlineData("[ip('::1'), cidr('10.0.0.0/8'), google.protobuf.Empty{}]", "[\"::1\",\"10.0.0.0/8\",{}]")]
    public void Values_are_written_so_that_nothing_is_rounded(string expression, string json) =>
        Assert.Equal(json, ConditionJson.Write(Evaluations.Evaluate(expression).Value!).Json!.ToJsonString(Wire.Json));

    [Fact]
    public void What_is_nested_deeper_than_readers_of_JSON_go_is_not_written()
    {
        ConditionValue Nested(int levels) =>
            Evaluations.Evaluate(new string('[', levels) + new string(']', levels)).Value!;
        Assert.NotNull(ConditionJson.Read(ConditionJson.Write(Nested(60)).Json!.ToJsonString(Wire.Json)).Value);
        Assert.Contains("60 levels", ConditionJson.Write(Nested(61)).Wrong);
    }

    [Theory]
    [InlineData("{", "Expected")]
    [InlineData("{\"a\": 1, \"a\": 2}", "Duplicate")]
    [InlineData("\"\\ud800\"", "surrogate")]
    [InlineData("", "")]
    public void What_is_not_JSON_is_said(string json, string says)
    {
        var (value, wrong) = ConditionJson.Read(json);
        Assert.Null(value);
        Assert.Contains(says, wrong, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_whole_input_is_a_variable_unless_a_field_has_its_name()
    {
        Assert.True(Evaluations.Evaluate("input.a == a", """{ "a": 1 }""").Holds);
        Assert.True(Evaluations.Evaluate("input == 2", """{ "input": 2 }""").Holds);
        Assert.True(Evaluations.Evaluate("input[0] == 7", "[7]").Holds);
    }
}
