using Headway.Cli.Terminal;
using Headway.Simulation.Runs;

namespace Headway.Cli.Simulation;

/// <summary>Lanes, plans and worlds drawn from seeds: how Headway's own rules are tried, and a failing seed seen again.</summary>
internal static class AnyPlan
{
    public static int Run(Screen screen, int? seed, SeedRange? range, CancellationToken stop) =>
        range is { } seeds && seed is null ? Sum(screen, seeds, stop) : Tell(screen, seed ?? 1);

    private static int Tell(Screen screen, int seed)
    {
        var outcome = Simulator.Run(seed, SimulationOptions.Default with { Tell = true });
        screen.Answer(outcome, _ =>
        {
            StoryText.Print(screen, outcome.Story);
            screen.Line(outcome.Broken is null
                ? $"{outcome.Rollouts} rollouts in {outcome.Turns} turns; every rule held."
                : $"Rule {outcome.Rule} did not hold: {outcome.Broken}");
        });
        return outcome.Broken is null ? ExitCode.Ok : ExitCode.No;
    }

    private static int Sum(Screen screen, SeedRange range, CancellationToken stop)
    {
        var (rollouts, turns) = (0, 0L);
        var broken = new List<SimulationOutcome>();
        for (var seed = range.First; seed <= range.Last; seed++)
        {
            stop.ThrowIfCancellationRequested();
            var outcome = Simulator.Run(seed, SimulationOptions.Default);
            (rollouts, turns) = (rollouts + outcome.Rollouts, turns + outcome.Turns);
            if (outcome.Broken is not null) broken.Add(outcome);
        }
        var sum = new
        {
            seeds = range.Last - range.First + 1, rollouts, turns,
            broken = broken.Select(b => new { b.Seed, b.Rule, b.Broken, b.Replay }).ToArray(),
        };
        screen.Answer(sum, _ =>
        {
            foreach (var b in broken.Take(20)) screen.Line($"{b.Replay}: {b.Rule}: {b.Broken}");
            screen.Line($"{sum.seeds} seeds, {rollouts} rollouts, {turns} turns; "
                + (broken.Count == 0 ? "every rule held." : $"a rule did not hold in {broken.Count} seeds."));
        });
        return broken.Count == 0 ? ExitCode.Ok : ExitCode.No;
    }
}
