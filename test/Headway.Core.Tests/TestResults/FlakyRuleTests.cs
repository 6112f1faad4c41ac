using System.Collections.Immutable;
using Headway.Core.TestResults;
using Xunit;

namespace Headway.Core.Tests.TestResults;

public sealed class FlakyRuleTests
{
    [Fact]
    public void Only_both_results_on_one_code_are_proof()
    {
        Assert.Equal(TestHabitKind.Flaky, Of(Passes(15), Both("x"), Passes(15, "p"), Fails("now")).Kind);
        // Failed and passed again at the next commit: that may have been repaired.
        Assert.Equal(TestHabitKind.Steady, Of(Passes(15), Fails("x"), Passes(15, "p"), Fails("now")).Kind);
    }

    [Fact]
    public void Failures_alone_between_passes_are_a_suspicion_and_no_more() =>
        Assert.Equal(TestHabitKind.Suspected, Of(
            Passes(5), Fails("x"), Passes(5, "p"), Fails("y"), Passes(5, "q"), Fails("z"), Passes(5, "r")).Kind);

    [Fact]
    public void A_few_attempts_are_too_few_and_many_failures_too_many()
    {
        Assert.Equal(TestHabitKind.New, Of(Passes(5), Both("x"), Fails("now")).Kind);
        Assert.Equal(TestHabitKind.Broken,
            Of([.. Enumerable.Range(0, 30).Select(at => Both($"b{at}"))]).Kind);
    }

    [Fact]
    public void Failing_much_more_often_since_a_commit_is_worse_and_names_the_commit()
    {
        var habit = Of(Passes(40), Both("x"), Passes(20, "p"), Fails("bad1"), Both("bad2"), Fails("bad3"));
        Assert.Equal((TestHabitKind.Worse, "bad1"), (habit.Kind, habit.Since));
        Assert.Contains("failed 3 of 4 times since bad1, and 1 of 62 times before", habit.Says);
    }

    /// <summary>Summed with exact fractions.</summary>
    [Theory]
    [InlineData(1, 1, 0.05, 0.05)]
    [InlineData(3, 4, 0.05, 0.00048125)]
    [InlineData(10, 200, 0.02, 0.00747929)]
    [InlineData(0, 10, 0.5, 1)]
    [InlineData(10, 10, 0.5, 0.0009765625)]
    public void The_tail_is_that_of_the_binomial_distribution(int k, int n, double p, double tail) =>
        Assert.Equal(tail, BinomialTail.AtLeast(k, n, p), 1e-6 + tail * 1e-3);

    private static TestHabit Of(params ImmutableArray<ImmutableArray<TestObservation>> parts) =>
        FlakyRule.Of([.. parts.SelectMany(part => part)]);

    private static ImmutableArray<TestObservation> Passes(int count, string code = "c") =>
        [.. Enumerable.Range(0, count).Select(at => new TestObservation($"{code}{at}", false))];

    private static ImmutableArray<TestObservation> Fails(string code) => [new(code, true)];

    private static ImmutableArray<TestObservation> Both(string code) => [new(code, true), new(code, false)];
}
