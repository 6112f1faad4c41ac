using Headway.Core.Conditions;
using Xunit;

namespace Headway.Core.Tests.Conditions;

/// <summary>Where an error is: at the operator, the name of the field or function, or the character.</summary>
public sealed class PositionTests
{
    [Theory]
    [InlineData("a.count + 1.0", 1, 9)]
    [InlineData("1 == 1 && a.cuont > 1", 1, 13)]
    [InlineData("true &&\n  a.name.charAt(true)", 2, 10)]
    [InlineData("[1, 2][\n9]", 1, 7)]
    [InlineData("'🐱' + 1", 1, 5)]
    [InlineData("[1].map(x, x / 0)", 1, 14)]
    [InlineData("cel.bind(x, 1 / 0, [x])", 1, 15)]
    [InlineData("{'a': 1, 'a': 2}", 1, 10)]
    [InlineData("int('x') + 1", 1, 1)]
    public void An_evaluation_fails_at_the_expression_that_failed(string expression, int line, int column)
    {
        var error = Evaluations.Evaluate(expression, """{ "a": { "count": 1, "name": "x" } }""").Error!;
        Assert.Equal((ConditionErrorKind.Evaluation, line, column), (error.Kind, error.Line, error.Column));
    }

    [Theory]
    [InlineData("", 1, 1, "The expression ends where a value should be.")]
    [InlineData("1 +", 1, 4, "The expression ends where a value should be.")]
    [InlineData("1 + * 2", 1, 5, "`*` stands where a value should be.")]
    [InlineData("a = 1", 1, 3, "`=` is not an operator: write `==` to compare.")]
    [InlineData("a & b", 1, 3, "`&` is not an operator: write `&&`.")]
    [InlineData("a ? b", 1, 6, "the end stands where the `:` of the condition should be.")]
    [InlineData("a b", 1, 3, "The expression should end here, but `b` follows.")]
    [InlineData("(1\n+ 2", 2, 4, "the end stands where the `)` that closes the bracket should be.")]
    [InlineData("'abc", 1, 1, "The string that begins here has no closing '.")]
    [InlineData("'a\nb'", 1, 1, "The string that begins here has no closing '.")]
    [InlineData("'a\\q'", 1, 3, "\\q is not an escape; a backslash itself is written \\\\.")]
    [InlineData("b'\\u00e9'", 1, 3, "\\u is an escape of strings; bytes have \\x and two digits.")]
    [InlineData("'\\U00110000'", 1, 2, "This is not a Unicode code point.")]
    [InlineData("'\\ud800'",
        1, 2, "Half of a surrogate pair is not a character: write both halves, or \\U and eight digits.")]
    [InlineData("9223372036854775808", 1, 1, "The number is beyond the range of int.")]
    [InlineData("0x", 1, 1, "`0x` needs hexadecimal digits behind it.")]
    [InlineData("12abc", 1, 1, "`12a` is not a number.")]
    [InlineData("1e999", 1, 1, "1e999 is beyond the range of double.")]
    [InlineData("for + 1", 1, 1, "`for` is a reserved word and cannot be a name.")]
    [InlineData("a.in", 1, 3, "`in` stands where the name of a field or function should be.")]
    [InlineData("has(a)", 1, 1, "invalid argument to has() macro: it takes a field, as in has(a.b).")]
    [InlineData("[1].all(1, true)", 1, 9, "The variable of a macro must be a simple name.")]
    [InlineData("[1].all(x, x, true)", 1, 12, "The two variables of a comprehension are both called x.")]
    [InlineData("é", 1, 1, "`é` cannot stand here.")]
    [InlineData("1 + \u0007", 1, 5, "`U+0007` cannot stand here.")]
    [InlineData("{'a' 1}", 1, 6, "`1` stands where the `:` behind the key should be.")]
    [InlineData("f(1,)", 1, 5, "`)` stands where a value should be.")]
    public void A_text_that_is_no_expression_is_wrong_at_a_place(string text, int line, int column, string says)
    {
        var error = Evaluations.SyntaxError(text);
        Assert.Equal(new(ConditionErrorKind.Syntax, says, line, column, error.Offset), error);
    }

    [Fact]
    public void The_place_is_shown_under_the_line_that_it_is_in()
    {
        const string text = "true &&\n  '🐱' + 1 == 2";
        var error = Evaluations.Evaluate(text).Error!;
        Assert.Equal(14, error.Offset);
        Assert.Equal("2:7: no such overload: string + int\n    '🐱' + 1 == 2\n        ^", error.Explain(text));

        var far = new string(' ', 1000) + "x";
        var lines = Evaluations.Evaluate(far).Error!.Explain(far).Split('\n');
        Assert.Equal('x', lines[1][lines[2].IndexOf('^')]);
        Assert.True(lines[1].Length < 150);
    }
}
