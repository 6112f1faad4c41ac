using System.Reflection;
using Headway.Core.Judging.Signals;
using Xunit;

namespace Headway.Core.Tests.Judging.Signals;

/// <summary>Against numbers that anybody can check by hand or in a table.</summary>
public class RankTestTests
{
    [Fact]
    public void Complete_separation_is_one_of_all_arrangements()
    {
        double[] low = [1, 2, 3, 4], high = [5, 6, 7, 8];
        Assert.Equal(1.0 / 70, Probability(low, high), 12);
        Assert.Equal(1, Probability(high, low), 12);
    }

    [Fact]
    public void The_probability_is_that_of_all_arrangements_at_least_as_high()
    {
        double[] values = [1, 2, 3, 4, 5, 6, 7, 8];
        double[] candidate = [2, 5, 7, 8], stable = [1, 3, 4, 6];
        var (atLeast, all) = (0, 0);
        for (var mask = 0; mask < 256; mask++)
        {
            if (int.PopCount(mask) != 4) continue;
            all++;
            var chosen = values.Where((_, i) => (mask >> i & 1) == 1).ToArray();
            if (chosen.Sum() >= candidate.Sum()) atLeast++;
        }

        Assert.Equal((double)atLeast / all, Probability(stable, candidate), 12);
    }

    [Fact]
    public void Ties_count_half_and_constants_say_nothing()
    {
        double[] same = [3, 3, 3, 3, 3, 3, 3, 3];
        Assert.Equal(1, Probability(same, same));
        double[] tied = [1, 1, 1, 1, 2, 2, 2, 2];
        Assert.InRange(Probability(tied, tied), 0.5, 0.6);
        Assert.InRange(Probability(tied, same), 1e-5, 1e-3);
    }

    private static double Probability(double[] stable, double[] candidate)
    {
        var type = typeof(SignalJudge).Assembly.GetType("Headway.Core.Judging.Signals.Gauges.RankTest", true)!;
        var method = type.GetMethod("Probability", BindingFlags.Public | BindingFlags.Static)!;
        return method.CreateDelegate<Rank>()(stable, candidate);
    }

    private delegate double Rank(ReadOnlySpan<double> stable, ReadOnlySpan<double> candidate);
}
