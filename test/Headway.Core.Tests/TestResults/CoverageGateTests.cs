using System.Collections.Immutable;
using Headway.Core.TestResults;
using Xunit;

namespace Headway.Core.Tests.TestResults;

public sealed class CoverageGateTests
{
    private static readonly CoverageSpec Gate = new("lcov.info", 0.8, 0.01, 0.9);

    [Theory]
    [InlineData(80, null, true, "Coverage 80 %.")]
    [InlineData(79, null, false, "at least 80 % is asked for. Least covered: a.js (21 lines)")]
    [InlineData(98, 99, true, "Coverage 98 % (99 % before).")]
    [InlineData(90, 99, false, "may fall by 1 % at most. Lost most: a.js (9 lines)")]
    public void Minimum_and_drop(int now, int? before, bool passes, string says)
    {
        var (passed, said) = CoverageGate.Of(Gate, Of(("a.js", now)), before is { } lines ? Of(("a.js", lines)) : null, null);
        Assert.Equal(passes, passed);
        Assert.Contains(says, said);
    }

    [Fact]
    public void Files_that_the_change_touches_have_a_share_of_their_own()
    {
        var now = Of(("/job/src/a.js", 100), ("/job/src/b.js", 85));
        Assert.True(CoverageGate.Of(Gate, now, null, ["src/a.js"]).Passes);
        var (passes, says) = CoverageGate.Of(Gate, now, null, ["src/b.js", "README.md"]);
        Assert.False(passes);
        Assert.Contains("changed files are covered by 85 %, and at least 90 % is asked for", says);
        Assert.Contains("b.js (15 lines)", says);
        Assert.True(CoverageGate.Of(Gate, now, null, ["README.md"]).Passes);
    }

    [Fact]
    public void Nothing_read_or_only_a_part_does_not_pass()
    {
        Assert.False(CoverageGate.Of(Gate, Of(), null, null).Passes);
        Assert.False(CoverageGate.Of(Gate, Of(("a.js", 100)) with { Problems = ["cut."] }, null, null).Passes);
    }

    private static Coverage Of(params (string File, int Covered)[] files) => new(
        files.ToImmutableSortedDictionary(file => file.File, file => new LineCoverage(file.Covered, 100)), []);
}
