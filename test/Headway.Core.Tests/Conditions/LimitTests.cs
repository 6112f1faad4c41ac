using Headway.Core.Conditions;
using Xunit;

namespace Headway.Core.Tests.Conditions;

/// <summary>Whatever an expression says, it costs no more than it may, and says so when it would.</summary>
public sealed class LimitTests
{
    private const string Ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";

    private static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("[", "1", "]")]
    [InlineData("{1: ", "1", "}")]
    [InlineData("!", "true", "")]
    [InlineData("- ", "x", "")]
    [InlineData("f(", "1", ")")]
    [InlineData("true ? true : ", "true", "")]
    [InlineData("", "1", " + 1")]
    [InlineData("", "1", "[0]")]
    [InlineData("", "1", ".size()")]
    [InlineData("", "[1]", ".map(x, x)")]
    [InlineData("[1].map(x, ", "1", ")")]
    [InlineData("cel.bind(x, 1, ", "1", ")")]
    public void Depth_is_bounded_and_a_hundred_levels_are_not_too_deep(string open, string middle, string close)
    {
        Assert.Null(Condition.Parse(Repeated(open, 100) + middle + Repeated(close, 100)).Error);
        var error = Evaluations.SyntaxError(Repeated(open, 1500) + middle + Repeated(close, 1500));
        Assert.Equal(ConditionErrorKind.Limit, error.Kind);
        Assert.Contains("256 levels", error.Says);
    }

    [Fact]
    public void Terms_of_logic_and_items_of_lists_are_no_levels()
    {
        Assert.True(Evaluations.Evaluate(Repeated("true && ", 2000) + "true").Holds);
        Assert.True(Evaluations.Evaluate(Repeated("false || ", 2000) + "true").Holds);
        Assert.Equal("2000", Evaluations.Notation($"size([{Repeated("1,", 2000)}])"));
    }

    [Fact]
    public void Length_is_bounded()
    {
        var error = Evaluations.SyntaxError(new string(' ', ConditionLimits.Length) + "1");
        Assert.Equal((ConditionErrorKind.Limit, 1, 1), (error.Kind, error.Line, error.Column));
    }

    [Theory]
    [InlineData("{0}.all(a, {0}.all(b, {0}.all(c, {0}.all(d, {0}.all(e, {0}.all(f, true))))))", "steps")]
    [InlineData("true || {0}.all(a, {0}.all(b, {0}.all(c, {0}.all(d, {0}.all(e, {0}.all(f, true))))))", "")]
    [InlineData("{0}.all(a, {0}.all(b, {0}.all(c, {0}.all(d, {0}.all(e, {0}.all(f, 1 / 0 > 0)))))) || true", "steps")]
    [InlineData("cel.bind(a, 'xxxxxxxxxxxxxxxx', cel.bind(b, a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+a, "
        + "cel.bind(c, b+b+b+b+b+b+b+b+b+b+b+b+b+b+b+b, cel.bind(d, c+c+c+c+c+c+c+c+c+c+c+c+c+c+c+c, "
        + "cel.bind(e, d+d+d+d+d+d+d+d+d+d+d+d+d+d+d+d, e+e+e+e+e+e+e+e))))).size() > 0", "bytes")]
    [InlineData("{0}.map(a, {0}.map(b, {0}.map(c, {0}.map(d, {0}.map(e, {0}.map(f, f))))))", "steps")]
    [InlineData("cel.bind(a, [{0},{0},{0},{0}], cel.bind(b, [a,a,a,a,a,a,a,a,a,a], cel.bind(c, [b,b,b,b,b,b,b,b,b,b], "
        + "cel.bind(d, [c,c,c,c,c,c,c,c,c,c], cel.bind(e, [d,d,d,d,d,d,d,d,d,d], [e,e,e,e,e,e,e,e,e,e])))))", "shared")]
    [InlineData("'x'.replace('', '{0}{0}{0}').replace('', '{0}{0}{0}').replace('', '{0}{0}{0}').replace('', '{0}{0}')"
        + ".replace('', '{0}').size()", "bytes")]
    [InlineData("cel.block([[1], [cel.index(0), cel.index(0)], [@index1, @index1], [@index2, @index2], "
        + "[@index3, @index3], "
        + "[@index4, @index4], [@index5, @index5], [@index6, @index6], [@index7, @index7], [@index8, @index8], "
        + "[@index9, @index9], [@index10, @index10], [@index11, @index11], [@index12, @index12], [@index13, @index13], "
        + "[@index14, @index14], [@index15, @index15], [@index16, @index16], [@index17, @index17], "
        + "[@index18, @index18]], "
        + "@index19)", "steps")]
    [InlineData("cel.block([@index1, @index0], @index0)", "512 levels")]
    public void Cost_is_bounded(string expression, string what)
    {
        var error = Evaluations.Evaluate(expression.Replace("{0}", Ten)).Error;
        Assert.Equal(what.Length > 0, error is not null);
        if (error is null) return;
        Assert.Equal(ConditionErrorKind.Limit, error.Kind);
        Assert.Contains(what, error.Says);
    }

    [Fact]
    public void A_caller_may_allow_less_or_more()
    {
        const string expression = "[1, 2, 3].map(x, x * x).exists(x, x == 9)";
        Assert.Null(Evaluations.Evaluate(expression, limits: new(Steps: 40)).Error);
        var error = Evaluations.Evaluate(expression, limits: new(Steps: 20)).Error!;
        Assert.Equal("The evaluation needs more than the 20 steps that are allowed.", error.Says);
        Assert.True(error.Column > 10, $"{error}");
        Assert.Contains("bytes", Evaluations.Evaluate(expression, limits: new(Bytes: 30)).Error!.Says);
    }

    [Theory]
    [InlineData("t.contains(part)")]
    [InlineData("t.indexOf(part) > 0")]
    [InlineData("t.lastIndexOf(part) > 0")]
    [InlineData("t.replace(part, '') == t")]
    [InlineData("t.split(part) == [t]")]
    public void A_search_costs_the_product_of_both_lengths(string expression)
    {
        var text = string.Concat(Enumerable.Repeat("ab", 100_000));
        string Input(int length) => $$"""{ "t": "{{text}}", "part": "{{text[..length]}}bb{{text[..length]}}" }""";
        Assert.Null(Evaluations.Evaluate(expression, Input(20)).Error);
        Assert.Contains("steps", Evaluations.Evaluate(expression, Input(10_000)).Error!.Says);
    }

    [Fact]
    public void More_regular_expressions_than_are_made_early_work_too() =>
        Assert.True(Evaluations.Evaluate($"{Repeated("'b'.matches('a') || ", 60)}'b'.matches('^b$')").Holds);

    [Fact]
    public void Regular_expressions_cost_by_text_and_pattern_and_are_short()
    {
        var input = $$"""{ "text": "{{new string('a', 100_000)}}" }""";
        Assert.Equal("false", Evaluations.Notation("text.matches('(a*)*(a*)*(a*)*b')", input));
        Assert.Contains("steps", Evaluations.Evaluate("[1,2,3,4,5,6,7,8,9].all(x, !text.matches('(a*)*(a*)*(a*)*(a*)*"
            + "(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*b'))", input).Error!.Says);
        Assert.StartsWith("! The regular expression is longer",
            Evaluations.Notation($"'a'.matches('{new string('a', 1001)}')"));
        Assert.Contains("it is too large", Evaluations.Notation("'a'.matches('((a{900}){900}){900}')"));
    }
}
