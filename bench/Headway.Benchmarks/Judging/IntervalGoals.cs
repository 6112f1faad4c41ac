using Headway.Core.Judging;
using Headway.Core.Judging.Vectors;
using Headway.Simulation.Replay;

namespace Headway.Benchmarks.Judging;

/// <summary>J10: the interval of the relative risk holds at all times, and the numbers agree.</summary>
internal static class IntervalGoals
{
    public static IEnumerable<Goal> Measure(TestBed bed)
    {
        var misses = new[] { (1.0, 0.01, 50.0), (3, 0.01, 50), (2, 0.001, 500), (1, 0.1, 50), (2, 0.3, 5) }
            .Select(c => Missed(bed.Runs, c.Item1, c.Item2, c.Item3)).ToList();
        yield return Goal.AtMost(
            "J10 95 % interval misses the true risk at any time within 600 s", 5, 100 * misses.Max(), " %",
            string.Join(", ", misses.Select(m => $"{100 * m:0.#}")));
        foreach (var file in Vectors())
        {
            var vectors = VectorFile.Parse(File.ReadAllText(file));
            var largest = VectorCheck.Run(vectors).Max(c => c.Error);
            yield return new(
                $"J10 {Path.GetFileName(file)}", $"<= {vectors.Tolerance:0e+0}", $"{largest:0.0e+0}",
                largest <= vectors.Tolerance);
        }
    }

    private static double Missed(int runs, double risk, double rate, double rps)
    {
        var missed = 0;
        for (var run = 0; run < runs; run++)
        {
            var interval = new RiskInterval(RiskGrid.Default);
            var world = new World(rps, rate) { FaultRate = risk * rate };
            for (var second = 0; second < 600; second++)
            {
                var now = Arrivals.Of(world, run, second, 0.25);
                interval.Apply(new(now.Candidate, now.CandidateFailures, now.Stable, now.StableFailures));
                var (_, low, high) = interval.Report(0.05);
                if (!(risk < low) && !(risk > high)) continue;
                missed++;
                break;
            }
        }

        return missed / (double)runs;
    }

    private static string[] Vectors()
    {
        var folder = Environment.GetEnvironmentVariable("HEADWAY_SHARED");
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); folder is null && up is not null; up = up.Parent)
            if (Directory.Exists(Path.Combine(up.FullName, "shared", "vectors", "judge")))
                folder = Path.Combine(up.FullName, "shared");
        return folder is null ? [] : Directory.GetFiles(Path.Combine(folder, "vectors", "judge"), "*.json");
    }
}
