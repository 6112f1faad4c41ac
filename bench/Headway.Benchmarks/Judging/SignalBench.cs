namespace Headway.Benchmarks.Judging;

/// <summary>The judges of further signals: false alarms, faults found, and what a thousand rollouts cost.</summary>
public static class SignalBench
{
    /// <summary>Exit code 0 when every bar is met, else 1.</summary>
    /// <param name="only">Of the gauges only this <see cref="Headway.Simulation.Replay.GaugeWorld"/>; all when empty.</param>
    public static int Run(int runs, string only = "")
    {
        Console.WriteLine($"| goal | bar | measured ({runs} rollouts a cell) | met |");
        Console.WriteLine("|---|---|---|---|");
        var missed = 0;
        foreach (var goal in SignalCostGoals.Measure().Concat(GaugeGoals.Measure(runs, only)))
        {
            if (goal.Met == false) missed++;
            Console.WriteLine($"| {goal.Name} | {goal.Bar} | {goal.Measured} | {(goal.Met == false ? "NO" : "yes")} |");
        }

        return missed == 0 ? 0 : 1;
    }
}
