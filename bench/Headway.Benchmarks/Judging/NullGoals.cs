using Headway.Simulation.Replay;

namespace Headway.Benchmarks.Judging;

/// <summary>J1, J2 and J5: good releases, in quiet and in bad times.</summary>
internal static class NullGoals
{
    public static IEnumerable<Goal> Measure(TestBed bed)
    {
        var quiet = new List<(string, double)>();
        var incidents = new List<(string, double)>();
        var promoted = new List<(double Rps, double Median)>();
        foreach (var rps in new[] { 0.2, 5, 50, 500, 5000 })
            foreach (var rate in TestBed.BaseRates)
            {
                var cell = $"R {rps}, p0 {100 * rate} %";
                var plain = bed.Ours(new(rps, rate));
                quiet.Add((cell, plain.RolledBackShare()));
                promoted.Add((rps, plain.Select(r => (double?)r.PromotedAt).Quantile(0.5)));
                if (rps < 5) continue;
                quiet.Add(($"{cell}, drift", bed.Ours(new(rps, rate) { Drift = 4 }).RolledBackShare()));
                var incident = new World(rps, rate) { Incident = (0.3, 60, 360) };
                incidents.Add((cell, bed.Ours(incident).RolledBackShare()));
            }

        yield return bed.FalseAlarms("J1 false rollbacks: null, drift, low traffic", 0.5, quiet);
        yield return bed.FalseAlarms("J2 incident on both sides blamed on the candidate", 0.5, incidents);
        yield return Promotion("J5 good release at 95 %, R >= 500, median", 120, rps => rps >= 500);
        yield return Promotion("J5 good release at 95 %, R 50, median", 480, rps => rps == 50);
        yield return Promotion("J5 good release at 95 %, R 5, median", 920, rps => rps == 5);
        foreach (var goal in Opponents(bed)) yield return goal;

        Goal Promotion(string name, double bar, Func<double, bool> which)
        {
            var medians = promoted.Where(p => which(p.Rps)).Select(p => p.Median).ToList();
            return Goal.AtMost(name, bar, medians.Max(), " s", $"{medians.Min():0}..{medians.Max():0} s");
        }
    }

    private static IEnumerable<Goal> Opponents(TestBed bed)
    {
        var world = new World(50, 0.01);
        var incident = world with { Incident = (0.3, 60, 360) };
        yield return Goal.Note(
            "- others at R 50, p0 1 %: null / incident blamed",
            string.Join("; ", Named().Select(o =>
                $"{o.Name} {100 * bed.Many(r => o.Run(world, r)).RolledBackShare():0.#} % / "
                + $"{100 * bed.Many(r => o.Run(incident, r)).RolledBackShare():0.#} %")));
    }

    public static (string Name, Func<World, long, Replayed> Run)[] Named() =>
    [
        ("Flagger stock", ThresholdReplay.FlaggerStock.Run),
        ("Argo docs", ThresholdReplay.ArgoDocs.Run),
        ("Kayenta", KayentaReplay.Run),
    ];
}
