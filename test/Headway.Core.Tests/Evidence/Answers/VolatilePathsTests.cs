using Headway.Core.Evidence.Answers;
using Xunit;

namespace Headway.Core.Tests.Evidence.Answers;

public sealed class VolatilePathsTests
{
    private static readonly Difference Time = new("$.time", "$.time", "1", "2"), Total = new("$.total", "$.total", "1", "2");

    [Fact]
    public void A_route_is_known_after_a_few_pairs_and_what_differs_in_them_is_left_out_there_alone()
    {
        var paths = new VolatilePaths();
        for (var i = 0; i < VolatilePaths.PairsToLearn; i++)
        {
            Assert.False(paths.Knows("/a"));
            paths.Learn("/a", [Time]);
            paths.Learn("/b", []);
        }
        Assert.True(paths.Knows("/a") && paths.Knows("/b"));
        Assert.Equal([Total], paths.Steady("/a", [Time, Total]));
        Assert.Equal([Time, Total], paths.Steady("/b", [Time, Total]));
    }

    [Fact]
    public void What_differs_in_fewer_than_a_tenth_of_the_pairs_is_left_to_the_comparison_of_counts()
    {
        var paths = new VolatilePaths();
        for (var i = 0; i < 100; i++) paths.Learn("/a", i % 20 == 0 ? [Total] : []);
        Assert.Equal([Total], paths.Steady("/a", [Total]));
        for (var i = 0; i < 100; i++) paths.Learn("/a", i % 5 == 0 ? [Total] : []);
        Assert.Empty(paths.Steady("/a", [Total]));
    }

    [Fact]
    public void Routes_beyond_the_first_hundred_are_taken_together()
    {
        var paths = new VolatilePaths();
        for (var i = 0; i < 100; i++) paths.Learn($"/{i}", []);
        for (var i = 0; i < VolatilePaths.PairsToLearn; i++) paths.Learn($"/more-{i}", [Time]);
        Assert.True(paths.Knows("/never-seen"));
        Assert.Equal([Total], paths.Steady("/never-seen", [Time, Total]));
    }
}
