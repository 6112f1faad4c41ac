using Headway.Simulation.Replay;

namespace Headway.Benchmarks.Judging;

/// <summary>J3, J4, J4b, J4c and J9: what a bad release costs users, and what it costs them under others.</summary>
internal static class FaultGoals
{
    /// <summary>Rollouts that end within seconds are cheap: more of them for steadier means.</summary>
    private const int Short = 5;

    private static readonly double[] Traffic = [50, 500, 5000];
    private static readonly Dictionary<World, List<ThresholdReplay>> Known = [];

    public static IEnumerable<Goal> Measure(TestBed bed)
    {
        var cells = (
            from rps in Traffic
            from rate in TestBed.BaseRates
            from fault in new[] { 0.1, 0.5, 1 }
            let world = new World(rps, rate) { FaultRate = fault }
            select new Cell(world, bed.Ours(world, count: Short * bed.Runs))).ToList();
        var severe = cells.Where(c => c.World.FaultRate >= 0.5).ToList();
        var moderate = cells.Where(c => c.World.FaultRate == 0.1).ToList();
        yield return Goal.AtMost("J3 p1 >= 50 %: failed requests, mean", 6, severe.Max(c => c.Mean), "", Range(severe));
        yield return Goal.AtMost("J3 p1 >= 50 %: failed requests, p90", 10, severe.Max(c => c.P90));
        yield return Goal.AtMost(
            "J3 p1 10 %: failed requests, mean", 8, moderate.Max(c => c.Mean), "", Range(moderate));
        var late = severe.Select(c => bed.Ours(c.World, isDelayed: true).Mean()).ToList();
        yield return Goal.Note(
            "- the same with evidence 1 s later, as a gateway closes it, p1 >= 50 %", $"{late.Min():0.0}..{late.Max():0.0}");
        foreach (var goal in AgainstStock(bed, severe)) yield return goal;
        foreach (var goal in AgainstTuned(bed, severe)) yield return goal;
        foreach (var goal in Comparison(bed)) yield return goal;
        var rare = new World(0.2, 0.01) { FaultRate = 1, Seconds = 7200 };
        yield return Goal.AtMost("J9 0.2 requests/s, p1 100 %: failed requests, mean", 4, bed.Ours(rare).Mean());
    }

    private static IEnumerable<Goal> AgainstStock(TestBed bed, List<Cell> severe)
    {
        foreach (var (name, bar, which) in new[]
        {
            ("R 50", 50.0, (Func<double, bool>)(r => r == 50)), ("R >= 500", 500.0, r => r >= 500),
        })
        {
            var ratios = severe.Where(c => which(c.World.RequestsPerSecond)).Select(c => Math.Min(
                bed.Many(r => ThresholdReplay.FlaggerStock.Run(c.World, r)).Mean(),
                bed.Many(r => ThresholdReplay.ArgoDocs.Run(c.World, r)).Mean()) / c.Mean).ToList();
            yield return Goal.AtLeast(
                $"J4 {name}: fewer failed requests than stock Flagger and Argo", bar, ratios.Min(), "x",
                $"{ratios.Min():0}..{ratios.Max():0}");
        }
    }

    private static IEnumerable<Goal> AgainstTuned(TestBed bed, List<Cell> severe)
    {
        foreach (var (rps, bar, barAlone) in new[] { (50.0, 3.0, 3.0), (500, 25, 9), (5000, 250, 9) })
        {
            var (ratios, alone) = (new List<double>(), new List<double>());
            foreach (var rate in TestBed.BaseRates)
            {
                var honest = Honest(bed, new(rps, rate));
                foreach (var cell in severe.Where(c => c.World.RequestsPerSecond == rps && c.World.BaseRate == rate))
                {
                    var best = honest.Min(h => bed.Many(r => h.Run(cell.World, r), Short * bed.Runs).Mean());
                    ratios.Add(best / cell.Mean);
                    alone.Add(best / bed.Ours(cell.World, Ladder.FiveMinutes, Short * bed.Runs).Mean());
                }
            }

            yield return Goal.AtLeast(
                $"J4b R {rps}: against the best of 72 thresholds tuned in hindsight", bar, ratios.Min(), "x",
                $"{ratios.Min():0.0}..{ratios.Max():0.0}");
            yield return Goal.AtLeast(
                $"J4c R {rps}: the judge alone, same steps, no ramp", barAlone, alone.Min(), "x",
                $"{alone.Min():0.0}..{alone.Max():0.0}");
        }
    }

    /// <summary>Thresholds that take back at most 1 % of good releases of this very service.</summary>
    private static List<ThresholdReplay> Honest(TestBed bed, World good)
    {
        if (Known.TryGetValue(good, out var honest)) return honest;
        return Known[good] = [.. ThresholdReplay.Tunable().Where(t =>
        {
            var count = Math.Clamp(4 * bed.Runs, 400, 1000);
            var most = count / 100;
            var blamed = 0;
            for (var run = 0; run < count && blamed <= most; run++)
                if (t.Run(good, run).RolledBack) blamed++;
            return blamed <= most;
        })];
    }

    /// <summary>Faults that nobody promises anything about, said all the same.</summary>
    private static IEnumerable<Goal> Comparison(TestBed bed)
    {
        foreach (var (rps, rate, times) in new[] { (50.0, 0.01, 2.0), (50, 0.01, 5), (50, 0.001, 5), (500, 0.001, 2) })
        {
            var world = new World(rps, rate) { FaultRate = rate * times };
            var ours = bed.Ours(world);
            var tuned = Honest(bed, new(rps, rate)).Min(h => bed.Many(r => h.Run(world, r)).Mean());
            var others = NullGoals.Named().Select(o => $"{o.Name} {bed.Many(r => o.Run(world, r)).Mean():0}");
            yield return Goal.Note(
                $"- R {rps}, p0 {100 * rate} %, {times}x: failed requests, mean",
                $"{ours.Mean():0.0}, {100 * ours.RolledBackShare():0} % taken back; best tuned threshold {tuned:0.0}; "
                + string.Join(", ", others));
        }
    }

    private static string Range(List<Cell> cells) => $"{cells.Min(c => c.Mean):0.0}..{cells.Max(c => c.Mean):0.0}";

    private sealed record Cell(World World, List<Replayed> Runs)
    {
        public double Mean => Runs.Mean();
        public double P90 => Runs.Select(r => (double?)r.FailedRequests).Quantile(0.9);
    }
}
