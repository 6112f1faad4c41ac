namespace Headway.Core.Judging;

/// <summary>
/// Projections of an alternative (p_c, p_s) = (ta, tb) onto a convex null, in the Kullback-Leibler divergence weighted
/// by the trials of both sides. The likelihood ratio against the projection has mean at most 1 under every point of
/// the null, by the first-order condition of the minimum; that is all that the validity of the judge rests on.
/// </summary>
public static class KullbackLeibler
{
    /// <summary>Onto {a &lt;= theta b}, reached from outside: the closed form of the root on the line a = theta b.</summary>
    public static (double A, double B) OntoRatio(double nc, double ns, double ta, double tb, double theta)
    {
        var n = nc + ns;
        var sum = nc * ta + ns * tb;

        // The general form loses digits at theta = 1 with a million trials; there the answer is the pooled rate.
        if (theta == 1) return (sum / n, sum / n);
        var linear = nc * (theta + ta) + ns * (1 + theta * tb);
        var root = Math.Sqrt(Math.Max(linear * linear - 4 * theta * n * sum, 0));
        var b = 2 * sum / (linear + root);
        return (theta * b, b);
    }

    /// <summary>Onto {a >= b + margin} from (t, t): the root of the derivative on the line a = b + margin.</summary>
    public static (double A, double B) OntoMargin(double nc, double ns, double t, double margin)
    {
        var low = Math.Max(0, t - margin) + 1e-12;
        var high = Math.Min(t, 1 - margin) - 1e-12;
        for (var i = 0; i < 60; i++)
        {
            var b = (low + high) / 2;
            var a = b + margin;
            var slope = nc * (a - t) / (a * (1 - a)) + ns * (b - t) / (b * (1 - b));
            if (slope > 0) high = b;
            else low = b;
        }

        var root = (low + high) / 2;
        return (root + margin, root);
    }

    /// <summary>ln of the likelihood of the batch under (ta, tb) over that under (a, b).</summary>
    public static double LogRatio(in Trials batch, double ta, double tb, double a, double b) =>
        OneSide(batch.CandidateTrials, batch.CandidateEvents, ta, a)
        + OneSide(batch.StableTrials, batch.StableEvents, tb, b);

    /// <summary>The same for one side: k events in n trials at rate t over those at rate p.</summary>
    public static double OneSide(double n, double k, double t, double p)
    {
        var sum = k > 0 ? k * Math.Log(t / p) : 0;
        return n > k ? sum + (n - k) * Math.Log((1 - t) / (1 - p)) : sum;
    }
}
