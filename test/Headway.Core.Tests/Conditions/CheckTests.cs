using Headway.Core.Conditions;
using Xunit;

namespace Headway.Core.Tests.Conditions;

/// <summary>What is found when a condition is written down, before there are values.</summary>
public sealed class CheckTests
{
    private static readonly string[] Variables = ["candidate", "stable", "labels", "a.b"];

    [Theory]
    [InlineData("candidate.last > 3.0 * stable.median && has(labels.team)")]
    [InlineData("labels.exists(k, v, k == v && [k].all(x, x != v)) || cel.bind(y, 1, y == 1)")]
    [InlineData("a.b.c == type(1) && optional.of(1).optMap(z, z).hasValue() && int == google.protobuf.Duration")]
    [InlineData("cel.block([1, @index0 + 1], cel.index(1)) == math.abs(-2) && 'x'.matches('^a$')")]
    [InlineData("google.protobuf.Int32Value{value: 1} == 1 && timestamp('2026-01-01T00:00:00Z') > timestamp(0)")]
    public void Nothing_is_wrong(string expression) =>
        Assert.Empty(Condition.Parse(expression).Condition!.Check(Variables));

    [Theory]
    [InlineData("candidat.last > 1.0",
        "1:1: undeclared reference to 'candidat' (unknown variable); did you mean 'candidate'?")]
    [InlineData("true || stable.median > lables.x",
        "1:25: undeclared reference to 'lables' (unknown variable); did you mean 'labels'?")]
    [InlineData("[1].all(x, true) && x", "1:21: undeclared reference to 'x' (unknown variable)")]
    [InlineData("[1].map(x, .x)", "1:13: undeclared reference to 'x' (unknown variable)")]
    [InlineData("labels.team.startWith('a')",
        "1:13: unbound function: there is no value.startWith(...); did you mean 'startsWith'?")]
    [InlineData("{1: [sise(labels)]}[1]", "1:6: unbound function: there is no sise(...); did you mean 'size'?")]
    [InlineData("labels.team.matches('(')", "1:13: '(' is not a regular expression: a `(` is not closed")]
    [InlineData("duration('5 minutes') > duration('1m')",
        "1:1: '5 minutes' is not a duration: write for example 90s, 1.5h or 1h30m")]
    [InlineData("my.Type{}", "1:1: unknown type: my.Type")]
    public void What_is_wrong_is_said_with_its_place(string expression, string error) =>
        Assert.Equal([error], Condition.Parse(expression).Condition!.Check(Variables).Select(wrong => $"{wrong}"));

    [Fact]
    public void Everything_wrong_is_said() =>
        Assert.Equal(3, Condition.Parse("f(x) && [y]").Condition!.Check(Variables).Length);
}
