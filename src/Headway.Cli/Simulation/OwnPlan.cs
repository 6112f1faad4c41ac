using Headway.Cli.Terminal;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Simulation.Runs;

namespace Headway.Cli.Simulation;

/// <summary>The plan of a headway.yaml in a good, a bad, an unused and a faulty world.</summary>
internal static class OwnPlan
{
    private static readonly SeedRange Usual = new(1, 200);

    public static int Run(Screen screen, ServiceSpec spec, int? seed, SeedRange? range, CancellationToken stop)
    {
        var trials = new List<Trial>();
        foreach (var environment in spec.Environments)
        {
            stop.ThrowIfCancellationRequested();
            var worlds = Enum.GetValues<TrialWorld>();
            // Asked only for a range, only the sums are wanted; asked for a seed, only its story.
            var stories = range is not null && seed is null ? []
                : worlds.Select(w => (World: w, Told: PlanTrial.Tell(spec, environment, w, seed ?? Usual.First))).ToArray();
            var seeds = range ?? Usual;
            var sums = seed is not null && range is null ? []
                : worlds.Select(w => PlanTrial.Summarise(spec, environment, w, seeds.First, seeds.Last)).ToArray();
            trials.Add(new(environment.Name, [.. stories.Select(s => new WorldStory(s.World, s.Told))], sums));
        }
        screen.Answer(new { spec.Service, environments = trials }, _ =>
        {
            foreach (var trial in trials) Print(screen, spec, trial);
        });
        return trials.Any(t => t.Broken) ? ExitCode.No : ExitCode.Ok;
    }

    private static void Print(Screen screen, ServiceSpec spec, Trial trial)
    {
        screen.Line($"{spec.Service}/{trial.Environment}");
        foreach (var story in trial.Stories)
        {
            screen.Line();
            screen.Line($"  {Says(story.World)}");
            StoryText.Print(screen, story.Outcome.Story);
        }
        screen.Line();
        foreach (var sum in trial.Summary)
        {
            var ends = string.Join(", ", sum.Ends.Select(e => $"{e.Value} {Words(e.Key)}"));
            screen.Line($"  {sum.World,-10} {sum.Seeds} seeds: {ends}; half of them within {StoryText.Time(TimeSpan.FromSeconds(sum.MedianSeconds))}; "
                + $"at most {Steps.Percent(sum.LargestShare)} of the users met the new release.");
            if (sum.Broken is not null) screen.Line($"             A rule did not hold: {sum.Broken}");
        }
        screen.Line();
    }

    private static string Says(TrialWorld world) => world switch
    {
        TrialWorld.Good => "A good release:",
        TrialWorld.Bad => "A release that hurts users:",
        TrialWorld.NoTraffic => "A release that nobody uses:",
        _ => "A good release while everything else fails now and then:",
    };

    private static string Words(string end) => end switch
    {
        "Completed" => "promoted",
        "RolledBack" => "rolled back",
        "RollbackFailed" => "stuck on the way back",
        _ => "past return",
    };

    private sealed record Trial(string Environment, IReadOnlyList<WorldStory> Stories, IReadOnlyList<TrialSummary> Summary)
    {
        public bool Broken => Summary.Any(s => s.Broken is not null) || Stories.Any(s => s.Outcome.Broken is not null);
    }

    private sealed record WorldStory(TrialWorld World, SimulationOutcome Outcome);
}
