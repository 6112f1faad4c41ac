using System.Collections.Immutable;
using Headway.Core.TestResults;
using Xunit;

namespace Headway.Core.Tests.TestResults;

public sealed class ShardPlanTests
{
    [Fact]
    public void Every_test_is_in_one_shard_and_shards_take_alike()
    {
        var random = new Random(4);
        ImmutableArray<TestUnit> units =
            [.. Enumerable.Range(0, 500).Select(at => new TestUnit($"t{at}", Math.Exp(random.NextDouble() * 6)))];
        var plan = ShardPlan.Of(units, 7);
        Assert.Equal(units.Select(unit => unit.Name).Order(StringComparer.Ordinal), plan.SelectMany(part => part).Order(StringComparer.Ordinal));
        var took = plan.Select(part => part.Sum(name => units.Single(unit => unit.Name == name).Milliseconds!.Value)).ToList();
        // Graham's bound for the longest first is 4/3 of the best, which is the mean at least.
        Assert.True(took.Max() <= took.Average() * 4 / 3, $"{took.Max()} of {took.Average()}");
    }

    [Fact]
    public void New_tests_count_as_the_median_and_the_same_input_gives_the_same_plan()
    {
        ImmutableArray<TestUnit> units = [new("a", 100), new("b", 100), new("long", 1000), new("new", null)];
        var plan = ShardPlan.Of(units, 2);
        Assert.Equal([["long"], ["a", "b", "new"]], plan.Select(part => part.ToArray()));
        Assert.Equal(plan.Select(part => part.ToArray()), ShardPlan.Of([.. units.Reverse()], 2).Select(part => part.ToArray()));
    }

    [Fact]
    public void Without_any_past_the_number_of_tests_is_balanced() =>
        Assert.Equal([2, 2, 1], ShardPlan.Of([.. "abcde".Select(name => new TestUnit($"{name}", null))], 3).Select(part => part.Length));
}
