namespace Headway.Simulation.Replay;

/// <summary>
/// Kayenta's judge on one-minute points of the error rate, critical: baseline and candidate with 5 % each, looked at
/// after 10, 20 and 30 minutes. High when the lower end of the 98 % interval of the Hodges-Lehmann shift is above a
/// quarter of its estimate.
/// </summary>
public static class KayentaReplay
{
    private const double Share = 0.05, Z98 = 2.326;

    public static Replayed Run(World world, long run)
    {
        var (candidate, baseline) = (new List<double>(), new List<double>());
        var (nc, kc, nb, kb) = (0, 0, 0, 0);
        long failed = 0;
        for (var second = 0; second < world.Seconds; second++)
        {
            var arrivals = Arrivals.Of(world, run, second, Share);
            if (world.FaultRate is null || world.IsFaultyAt(second)) failed += arrivals.CandidateFailures;
            var chance = new Chance(run, second + 2_000_000L);
            var beside = chance.Poisson(world.RequestsPerSecond * Share);
            (nc, kc) = (nc + arrivals.Candidate, kc + arrivals.CandidateFailures);
            (nb, kb) = (nb + beside, kb + chance.Binomial(beside, world.StableRate(second)));
            var now = second + 1;
            if (now % 60 == 0)
            {
                if (nc > 0) candidate.Add(kc / (double)nc);
                if (nb > 0) baseline.Add(kb / (double)nb);
                (nc, kc, nb, kb) = (0, 0, 0, 0);
            }

            if (now % 600 == 0 && IsHigh(candidate, baseline)) return new(failed, now, null);
        }

        return new(failed, null, world.Seconds);
    }

    /// <summary>Mann-Whitney with the normal approximation of the interval's ends.</summary>
    public static bool IsHigh(IReadOnlyList<double> candidate, IReadOnlyList<double> baseline)
    {
        if (candidate.Count == 0 || baseline.Count == 0) return false;
        var shifts = candidate.SelectMany(_ => baseline, (c, b) => c - b).Order().ToList();
        if (shifts[0] == shifts[^1] && shifts[0] == 0) return false;
        double pairs = shifts.Count;
        var spread = Math.Sqrt(pairs * (candidate.Count + baseline.Count + 1) / 12);
        var low = (int)Math.Clamp(Math.Floor(pairs / 2 - Z98 * spread), 0, pairs - 1);
        var estimate = (shifts[(int)((pairs - 1) / 2)] + shifts[(int)(pairs / 2)]) / 2;
        return shifts[low] > 0.25 * Math.Abs(estimate);
    }
}
