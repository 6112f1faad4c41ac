using Headway.Core.Judging.Vectors;
using Xunit;

namespace Headway.Core.Tests.Judging;

public class VectorTests
{
    [Theory]
    [InlineData("judge/judge-vectors.json", 12)]
    [InlineData("judge/judge-extra.json", 7)]
    public void The_judge_agrees_with_numbers_computed_by_another_route(string path, int cases)
    {
        var file = VectorFile.Parse(SharedVectors.Read(path));
        var done = VectorCheck.Run(file);

        Assert.Empty(file.Unknown);
        Assert.Equal(cases, file.Cases.Length);
        Assert.Equal(1e-9, file.Tolerance);
        Assert.All(done, c => Assert.True(c.Error <= file.Tolerance, $"{c.Case} {c.What} {c.Error} {c.Problem}"));
    }

    /// <summary>Worked out by hand: 2 of 2 fail against 0 of 8 at a plug-in of 0.5 / 50.</summary>
    private const string OwnCase = """
        {"title":"own","tolerance":1e-9,"cases":[{"name":"two-of-two","config":{"theta0":"1","lo_odds":"1.5","J":1},
        "history":{"k":0,"n":0},"ticks":[[0,0,3,0],[2,2,5,0]],
        "expect_fail":{"log_e_after_tick":[0,REPLACED],"A":0.499,"N":57.9},
        "expect_gate":{"min_canary_events":3,"log_e_gated_after_tick":[0,0]}}],
        "combine":[{"weights":[0.5,0.5],"log_e":[0,0],"expect_total":0}]}
        """;

    [Fact]
    public void A_case_by_hand_agrees_and_a_wrong_one_does_not()
    {
        // ta has odds 1.5 / 99; the null's best point is the pooled (2 ta + 8 tb) / 10.
        var (ta, tb) = (1.5 / 100.5, 0.01);
        var pooled = (2 * ta + 8 * tb) / 10;
        var expected = 2 * Math.Log(ta / pooled) + 8 * Math.Log((1 - tb) / (1 - pooled));

        var right = VectorCheck.Run(VectorFile.Parse(OwnCase.Replace("REPLACED", expected.ToString("R"))));
        var wrong = VectorCheck.Run(VectorFile.Parse(OwnCase.Replace("REPLACED", "0.5")));

        Assert.All(right, c => Assert.True(c.Error < 1e-12, $"{c.What} {c.Error}"));
        Assert.Contains(wrong, c => c.Error > 0.1);
    }

    [Theory]
    [InlineData("{", "line 1", "valid JSON")]
    [InlineData("[]", "The file", "an object")]
    [InlineData("{}", "The file", "`tolerance`")]
    [InlineData("""{"tolerance":1e-9}""", "cases", "at least one case")]
    [InlineData("""{"tolerance":1e-9,"tick_fields":["stable_n"]}""", "tick_fields", "canary_n")]
    [InlineData("""{"tolerance":1e-9,"cases":[{"name":"x","config":{"theta0":"a"}}]}""", "cases[0].config.theta0", "a number")]
    [InlineData("""{"tolerance":1e-9,"cases":[{"name":"x","config":{"theta0":1,"lo_odds":1.5},"ticks":[[1,2,3,4]]}]}""",
        "cases[0].ticks[0]", "0 <= k <= n")]
    [InlineData("""{"tolerance":1e-9,"combine":[{"weights":[1],"log_e":[1,2],"expect_total":0}]}""",
        "combine[0]", "same length")]
    public void A_bad_file_says_where_and_what_was_expected(string json, string where, string expected)
    {
        var problem = Assert.Throws<VectorFormatException>(() => VectorFile.Parse(json));
        Assert.Contains(where, problem.Message);
        Assert.Contains(expected, problem.Message);
    }

    [Fact]
    public void A_field_that_is_not_known_is_reported()
    {
        var file = VectorFile.Parse(OwnCase.Replace("REPLACED", "0").Replace(
            "\"history\"", "\"expect_magic\":{\"a\":1},\"history\""));
        Assert.Equal(["cases[0].expect_magic"], file.Unknown);
    }
}
