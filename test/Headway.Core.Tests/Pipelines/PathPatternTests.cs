using Headway.Core.Pipelines;
using Xunit;

namespace Headway.Core.Tests.Pipelines;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("src/app.cs", "src/app.cs", true)]
    [InlineData("./src/app.cs", "src/app.cs", true)]
    [InlineData("src", "src/deep/app.cs", true)]
    [InlineData("src/", "src/app.cs", true)]
    [InlineData("src", "source/app.cs", false)]
    [InlineData("src/*", "src/app.cs", true)]
    [InlineData("src/*", "src/deep/app.cs", false)]
    [InlineData("src/**", "src/deep/app.cs", true)]
    [InlineData("**/*.trx", "all.trx", true)]
    [InlineData("**/*.trx", "a/b/all.trx", true)]
    [InlineData("**/*.trx", "a/b/all.xml", false)]
    [InlineData("**/test/**/*.xml", "a/test/results/r.xml", true)]
    [InlineData("a?c.txt", "abc.txt", true)]
    [InlineData("a?c.txt", "ac.txt", false)]
    [InlineData("**", "any/thing", true)]
    [InlineData("*.md", "docs/readme.md", false)]
    public void A_pattern_names_files_and_folders(string pattern, string path, bool matches) =>
        Assert.Equal(matches, new PathPattern(pattern).Matches(path));

    [Fact]
    public void The_last_pattern_that_matches_decides()
    {
        Assert.True(PathPattern.AnyMatches(["src", "!src/docs"], "src/app.cs"));
        Assert.False(PathPattern.AnyMatches(["src", "!src/docs"], "src/docs/app.md"));
        Assert.True(PathPattern.AnyMatches(["src", "!src/docs", "src/docs/api.md"], "src/docs/api.md"));
        Assert.False(PathPattern.AnyMatches([], "src/app.cs"));
    }

    [Fact]
    public void A_hostile_pattern_takes_no_time_to_speak_of()
    {
        var pattern = new PathPattern(string.Concat(Enumerable.Repeat("*a", 200)) + "b");
        Assert.False(pattern.Matches(new string('a', 2000)));
        Assert.False(new PathPattern(string.Concat(Enumerable.Repeat("**/a/", 100)) + "b").Matches(
            string.Join('/', Enumerable.Repeat("a", 300))));
    }
}
