using System.Diagnostics;
using Headway.Core.Judging;
using Headway.Simulation.Replay;

namespace Headway.Benchmarks.Judging;

/// <summary>
/// The judge in the replay harness beside the rules of other tools, the same arrivals for all: goals J1 to J10 and the
/// situations that production brings. `--runs N` rollouts a cell; rates of false alarms need 2,000 to mean much.
/// </summary>
public static class JudgeBench
{
    private const int DefaultRuns = 100;

    /// <summary>Exit code 0 when every bar is met, 1 when not, 2 on wrong arguments.</summary>
    public static int Run(string[] args)
    {
        var runs = DefaultRuns;
        var at = Array.IndexOf(args, "--runs");
        if (at >= 0 && (at + 1 >= args.Length || !int.TryParse(args[at + 1], out runs) || runs < 10))
        {
            Console.Error.WriteLine("--runs takes a whole number of at least 10.");
            return 2;
        }

        var watch = Stopwatch.StartNew();
        var bed = new TestBed(runs);
        Console.WriteLine($"| goal | bar | measured ({runs} rollouts a cell) | met |");
        Console.WriteLine("|---|---|---|---|");
        var missed = 0;
        foreach (var goal in Goals(bed))
        {
            var met = goal.Met switch { true => "yes", false => "NO", null => "" };
            if (goal.Met == false) missed++;
            Console.WriteLine($"| {goal.Name} | {goal.Bar} | {goal.Measured} | {met} |");
        }

        Console.WriteLine();
        Console.WriteLine($"{missed} bars missed; {watch.Elapsed.TotalSeconds:0} s.");
        return missed == 0 ? 0 : 1;
    }

    private static IEnumerable<Goal> Goals(TestBed bed) =>
        NullGoals.Measure(bed)
            .Concat(FaultGoals.Measure(bed))
            .Concat(LatencyGoals.Measure(bed))
            .Concat(ClientGoals.Measure(bed))
            .Concat(LateGoals.Measure(bed))
            .Concat(IntervalGoals.Measure(bed))
            .Concat(CostGoals.Measure());
}

/// <summary>What all goals share.</summary>
internal sealed class TestBed(int runs)
{
    public static readonly double[] BaseRates = [0.001, 0.01];

    private readonly HeadwayReplay replay = new(new(), new(new()));
    private readonly HeadwayReplay delayed = new(new(), new(new())) { Delay = 1 };

    public int Runs => runs;

    public List<Replayed> Ours(World world, Ladder? ladder = null, int? count = null, bool isDelayed = false)
    {
        var judge = isDelayed ? delayed : replay;
        return Many(run => judge.Run(world, ladder ?? Ladder.Ramped(world.RequestsPerSecond), run), count);
    }

    public List<Replayed> Many(Func<long, Replayed> rollout, int? count = null) =>
        [.. Enumerable.Range(0, count ?? runs).Select(run => rollout(run))];

    /// <summary>
    /// False alarms over several cells. The bar holds for the worst cell; with few runs a single one would break it,
    /// so then all cells together decide.
    /// </summary>
    public Goal FalseAlarms(string name, double barPercent, IReadOnlyList<(string Cell, double Share)> cells)
    {
        var worst = cells.MaxBy(c => c.Share);
        var pooled = cells.Average(c => c.Share);
        var decisive = runs >= 1000 ? worst.Share : pooled;
        return new(
            name, $"<= {barPercent:0.##} %",
            $"{100 * pooled:0.##} % of {runs * cells.Count}, worst cell {worst.Cell} {100 * worst.Share:0.##} %",
            100 * decisive <= barPercent);
    }
}
