using Headway.Core.Judging;
using Xunit;

namespace Headway.Core.Tests.Judging;

/// <summary>
/// Small designs, every outcome weighed with its probability: the expectation of an e-value may never exceed 1 under
/// the null. No simulation, no tolerance beyond rounding.
/// </summary>
public class ExactEnumerationTests
{
    private static readonly (int Nc, int Ns)[][] Designs =
        [[(1, 1), (2, 3)], [(3, 1), (1, 4)], [(2, 6)], [(1, 9), (1, 2)], [(4, 4)], [(6, 1)]];

    private static readonly double[] Rates = [0.001, 0.01, 0.1, 0.3, 0.5, 0.79];

    [Theory]
    [InlineData(1.25, 1.5, 0, 0)]
    [InlineData(1, 1.2, 0, 0)]
    [InlineData(1.5, 1.5, 0.3, 0.35)]
    [InlineData(1.25, 1.5, 0.3, 0.35)]
    public void A_release_that_is_no_worse_is_expected_to_collect_nothing(
        double theta, double lowOdds, double mass, double slope)
    {
        var design = new MixtureDesign
        {
            Theta = theta, LowOdds = lowOdds, SleepingMass = mass, Waking = mass > 0 ? 0.2 : 0, PriorSlope = slope,
        };
        foreach (var batches in Designs)
            foreach (var (history, trials) in new[] { (0, 0), (3, 300), (40, 100) })
                foreach (var first in Rates)
                    foreach (var second in Rates)
                        foreach (var share in new[] { 1, 0.5 })
                        {
                            var expectation = Expect(batches, [first, second], p => Math.Min(1, share * theta * p), path =>
                            {
                                var rate = new StableRate(new(), history, trials);
                                var fail = new FailProcess(design);
                                foreach (var batch in path)
                                {
                                    fail.Apply(batch, rate.Value);
                                    rate.Observe(batch);
                                }
                                return fail.LogE;
                            });
                            Assert.True(expectation <= 1 + 1e-12, $"{expectation} at {first}, {second}");
                        }
    }

    [Fact]
    public void A_candidate_at_the_tolerance_is_expected_to_prove_nothing()
    {
        foreach (var margin in new[] { 0.005, 0.02, 0.1, 0.4 })
            foreach (var batches in Designs)
                foreach (var first in Rates.Where(p => p + margin <= 1))
                    foreach (var second in Rates.Where(p => p + margin <= 1))
                        foreach (var t in new[] { 0.001, 0.02, 0.3 })
                        {
                            var expectation = Expect(
                                batches, [first, second], p => p + margin, Pass(() => PassProcess.Margin(margin), t));
                            Assert.True(expectation <= 1 + 1e-9, $"{expectation} at {margin}, {first}, {second}, {t}");
                        }
    }

    [Fact]
    public void A_candidate_at_twice_the_rate_is_expected_to_prove_nothing()
    {
        foreach (var batches in Designs)
            foreach (var first in Rates.Where(p => 2 * p <= 1))
                foreach (var t in new[] { 0.001, 0.1, 0.3 })
                {
                    var expectation = Expect(
                        batches, [first, first], p => Math.Min(1, 2.2 * p), Pass(() => PassProcess.Ratio(2), t));
                    Assert.True(expectation <= 1 + 1e-12, $"{expectation}");
                }
    }

    [Fact]
    public void No_relative_risk_is_expected_to_be_excluded_when_it_is_the_true_one()
    {
        var grid = RiskGrid.Default;
        foreach (var at in new[] { 60, 70, 76, 90 })
            foreach (var batches in Designs)
                foreach (var p in Rates.Where(p => p * grid.At(at) <= 1))
                {
                    var expectation = Expect(batches, [p, p / 2], s => s * grid.At(at), path =>
                    {
                        var interval = new RiskInterval(grid);
                        foreach (var batch in path) interval.Apply(batch);
                        return interval.LogMixture - interval.LogLikelihood(at);
                    });
                    Assert.True(expectation <= 1 + 1e-12, $"{expectation} at {at}, {p}");
                }
    }

    [Fact]
    public void The_enumeration_sees_a_candidate_that_is_worse()
    {
        var expectation = Expect([(2, 6)], [0.1], _ => 0.9, path =>
        {
            var fail = new FailProcess(new());
            foreach (var batch in path) fail.Apply(batch, 0.1);
            return fail.LogE;
        });
        Assert.True(expectation > 2);
    }

    private static Func<IReadOnlyList<Trials>, double> Pass(Func<PassProcess> make, double t) => path =>
    {
        var pass = make();
        foreach (var batch in path) pass.Apply(batch, t);
        return pass.LogE;
    };

    /// <summary>Sums e over all outcomes, with stable at the rate of each batch and the candidate at its own.</summary>
    private static double Expect(
        (int Nc, int Ns)[] batches, double[] stableRates, Func<double, double> candidateRate,
        Func<IReadOnlyList<Trials>, double> logE)
    {
        var sum = 0.0;
        Go([], 0);
        return sum;

        void Go(List<Trials> path, double logProbability)
        {
            if (path.Count == batches.Length)
            {
                sum += Math.Exp(logProbability + logE(path));
                return;
            }

            var (nc, ns) = batches[path.Count];
            var ps = stableRates[path.Count];
            var pc = candidateRate(ps);
            for (var kc = 0; kc <= nc; kc++)
                for (var ks = 0; ks <= ns; ks++)
                {
                    var probability = Binomial(nc, kc, pc) * Binomial(ns, ks, ps);
                    if (probability <= 0) continue;
                    path.Add(new(nc, kc, ns, ks));
                    Go(path, logProbability + Math.Log(probability));
                    path.RemoveAt(path.Count - 1);
                }
        }
    }

    private static double Binomial(int n, int k, double p)
    {
        var ways = 1.0;
        for (var i = 0; i < k; i++) ways = ways * (n - i) / (i + 1);
        return ways * Math.Pow(p, k) * Math.Pow(1 - p, n - k);
    }
}
