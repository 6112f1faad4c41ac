namespace Headway.Simulation.Replay;

/// <summary>
/// Chance that depends only on (run, second): every judge that is replayed meets the same arrivals, and at the same
/// share the same assignment and the same failures.
/// </summary>
public struct Chance(long run, long second)
{
    private ulong state = Mix(Mix((ulong)run * 0x9E3779B97F4A7C15UL + 1) ^ ((ulong)second * 0xD1342543DE82EF95UL));

    public double Uniform()
    {
        state += 0x9E3779B97F4A7C15UL;
        return ((Mix(state) >> 11) + 0.5) * (1.0 / (1UL << 53));
    }

    public bool Happens(double probability) => Uniform() < probability;

    public int Below(int limit) => (int)(Uniform() * limit);

    /// <summary>Poisson: waiting times below 10, transformed rejection (Hoermann 1993, PTRS) above.</summary>
    public int Poisson(double mean)
    {
        if (mean <= 0) return 0;
        if (mean < 10)
        {
            var (count, product, bound) = (0, Uniform(), Math.Exp(-mean));
            for (; product > bound; count++) product *= Uniform();
            return count;
        }

        var (root, log) = (Math.Sqrt(mean), Math.Log(mean));
        var b = 0.931 + 2.53 * root;
        var a = -0.059 + 0.02483 * b;
        var inverse = 1.1239 + 1.1328 / (b - 3.4);
        var accept = 0.9277 - 3.6224 / (b - 2);
        while (true)
        {
            var u = Uniform() - 0.5;
            var v = Uniform();
            var us = 0.5 - Math.Abs(u);
            var k = Math.Floor((2 * a / us + b) * u + mean + 0.43);
            if (us >= 0.07 && v <= accept) return (int)k;
            if (k < 0 || (us < 0.013 && v > us)) continue;
            if (Math.Log(v * inverse / (a / (us * us) + b)) <= k * log - mean - LogFactorial(k)) return (int)k;
        }
    }

    /// <summary>Binomial: gaps between events where they are rare, else transformed rejection (BTRS).</summary>
    public int Binomial(int n, double p)
    {
        if (n <= 0 || p <= 0) return 0;
        if (p >= 1) return n;
        if (p > 0.5) return n - Binomial(n, 1 - p);
        return n * p < 10 ? Rare(n, p) : Common(n, p);
    }

    private int Rare(int n, double p)
    {
        var (count, at, gap) = (0, 0.0, Math.Log(1 - p));
        while (true)
        {
            at += Math.Floor(Math.Log(Uniform()) / gap) + 1;
            if (at > n) return count;
            count++;
        }
    }

    private int Common(int n, double p)
    {
        var spread = Math.Sqrt(n * p * (1 - p));
        var b = 1.15 + 2.53 * spread;
        var a = -0.0873 + 0.0248 * b + 0.01 * p;
        var alpha = (2.83 + 5.1 / b) * spread;
        var accept = 0.92 - 4.2 / b;
        var odds = Math.Log(p / (1 - p));
        var mode = Math.Floor((n + 1) * p);
        var top = LogFactorial(mode) + LogFactorial(n - mode);
        while (true)
        {
            var u = Uniform() - 0.5;
            var v = Uniform();
            var us = 0.5 - Math.Abs(u);
            var k = Math.Floor((2 * a / us + b) * u + n * p + 0.5);
            if (k < 0 || k > n) continue;
            if (us >= 0.07 && v <= accept) return (int)k;
            var bound = top - LogFactorial(k) - LogFactorial(n - k) + (k - mode) * odds;
            if (Math.Log(v * alpha / (a / (us * us) + b)) <= bound) return (int)k;
        }
    }

    private static double LogFactorial(double k)
    {
        if (k < 10)
        {
            var product = 1.0;
            for (var i = 2; i <= k; i++) product *= i;
            return Math.Log(product);
        }

        var x = k + 1;
        return (x - 0.5) * Math.Log(x) - x + 0.91893853320467274 + 1 / (12 * x) - 1 / (360 * x * x * x);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
