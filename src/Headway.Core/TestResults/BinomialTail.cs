namespace Headway.Core.TestResults;

/// <summary>P(X >= k) for X binomial, by the sum of its terms: exact enough for the few hundred attempts it is asked for.</summary>
public static class BinomialTail
{
    public static double AtLeast(int successes, int trials, double rate)
    {
        if (successes <= 0) return 1;
        if (successes > trials || rate <= 0) return 0;
        if (rate >= 1) return 1;
        // From the first term of the tail upwards, each from the one before: nothing is subtracted, so nothing is lost.
        var term = Math.Exp(LogChoose(trials, successes) + successes * Math.Log(rate) + (trials - successes) * Math.Log(1 - rate));
        var sum = 0.0;
        for (var k = successes; k <= trials; k++)
        {
            sum += term;
            term *= (trials - k) / (k + 1.0) * rate / (1 - rate);
        }
        return Math.Min(1, sum);
    }

    private static double LogChoose(int n, int k)
    {
        var sum = 0.0;
        for (var i = 1; i <= k; i++) sum += Math.Log((double)(n - k + i) / i);
        return sum;
    }
}
