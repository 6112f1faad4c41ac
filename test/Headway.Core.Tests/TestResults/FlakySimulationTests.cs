using Headway.Core.TestResults;
using Xunit;

namespace Headway.Core.Tests.TestResults;

/// <summary>
/// Ten thousand seeded histories, each with a regression: none is hidden. What "hidden" means for each kind stands at the test.
/// </summary>
public sealed class FlakySimulationTests(ITestOutputHelper output)
{
    private const int Histories = 10_000, RunsAfter = 40;

    /// <summary>A test that fails always, from a commit on: no run is green from there on, not one.</summary>
    [Fact]
    public void No_run_is_green_with_a_test_that_fails_always()
    {
        var (green, runs) = (0, 0);
        for (var seed = 0; seed < Histories; seed++)
        {
            var world = new SeededWorld(seed);
            Past(world);
            var test = world.Random.Next(world.Tests);
            world.Regress(test, 1);
            for (var run = 0; run < 3; run++, runs++)
                if (world.Next(test).Green) green++;
        }
        output.WriteLine($"{runs} runs after {Histories} regressions that fail always: {green} green.");
        Assert.Equal(0, green);
    }

    /// <summary>
    /// A test that fails much more often than it was known to, from a commit on: within the next runs one is red and names it,
    /// and second attempts have turned only a few green before that.
    /// </summary>
    [Fact]
    public void No_regression_of_a_rate_is_hidden()
    {
        var (hidden, absorbedAtAll) = (0, 0);
        var absorbed = new List<int>();
        for (var seed = 0; seed < Histories; seed++)
        {
            var world = new SeededWorld(seed);
            Past(world);
            var test = world.Random.Next(world.Tests);
            // Four times as often at least, and three in ten at least.
            world.Regress(test, world.Between(Math.Max(0.3, world.RateOf(test) * 4), 0.98));
            var (told, hid) = (false, 0);
            for (var run = 0; run < RunsAfter && !told; run++)
            {
                var seen = world.Next(test);
                told = seen.Told;
                if (seen.Hid) hid++;
            }
            if (!told) hidden++;
            absorbed.Add(hid);
            absorbedAtAll += hid;
        }
        absorbed.Sort();
        output.WriteLine($"{Histories} regressions of a rate: {hidden} hidden. Runs made green before the first red one: mean "
            + $"{(double)absorbedAtAll / Histories:0.00}, p99 {absorbed[Histories * 99 / 100]}, most {absorbed[^1]}.");
        Assert.Equal(0, hidden);
        Assert.InRange(absorbed[Histories * 99 / 100], 0, 4);
    }

    /// <summary>What it is for: most runs that only chance has failed end green, and few attempts are made for nothing.</summary>
    [Fact]
    public void Most_failures_by_chance_are_absorbed()
    {
        var (failures, absorbed, retries, needless) = (0, 0, 0, 0);
        for (var seed = 0; seed < 1000; seed++)
        {
            var world = new SeededWorld(seed);
            for (var run = 0; run < 300; run++) world.Next();
            failures += world.FlakyFailures;
            absorbed += world.Absorbed;
            retries += world.Retries;
            needless += world.FailedRetries;
        }
        output.WriteLine($"{failures} runs failed by chance: {absorbed} absorbed ({100.0 * absorbed / failures:0.0} %); "
            + $"{retries} second attempts, {needless} for nothing ({100.0 * needless / retries:0.0} %).");
        Assert.True(absorbed > failures * 0.5, $"{absorbed} of {failures}");
        Assert.True(needless < retries * 0.25, $"{needless} of {retries}");
    }

    private static void Past(SeededWorld world)
    {
        for (var run = world.Random.Next(30, 160); run > 0; run--) world.Next();
    }
}
