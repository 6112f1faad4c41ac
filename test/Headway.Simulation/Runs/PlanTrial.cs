using Headway.Core.Services;
using Headway.Simulation.Worlds;

namespace Headway.Simulation.Runs;

/// <summary>The worlds in which somebody's own plan is tried.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<TrialWorld>))]
public enum TrialWorld
{
    /// <summary>The candidate is no worse, and nothing else goes wrong.</summary>
    Good,

    /// <summary>The candidate hurts users from its first share on.</summary>
    Bad,

    /// <summary>Nobody uses the candidate, so nothing can be said of it.</summary>
    NoTraffic,

    /// <summary>The candidate is fine; everything else fails now and then.</summary>
    Faulty,
}

/// <summary>Tries the plan of one environment in all worlds: what would happen, and how often.</summary>
public static class PlanTrial
{
    public static SimulationOutcome Tell(ServiceSpec service, EnvironmentSpec environment, TrialWorld world, int seed) =>
        Simulator.Run(seed, Options(service, environment, world) with { Tell = true });

    public static TrialSummary Summarise(
        ServiceSpec service, EnvironmentSpec environment, TrialWorld world, int first, int last)
    {
        var options = Options(service, environment, world);
        var ends = new List<RolloutOutcome>();
        string? broken = null;
        for (var seed = first; seed <= last; seed++)
        {
            var outcome = Simulator.Run(seed, options);
            ends.AddRange(outcome.Ends);
            if (outcome.Rule is not null) broken ??= $"{outcome.Replay}: {outcome.Broken}";
        }
        var seconds = ends.Select(e => e.Took.TotalSeconds).Order().ToArray();
        return new(world, last - first + 1,
            ends.GroupBy(e => e.End).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count()),
            seconds.Length == 0 ? 0 : seconds[seconds.Length / 2],
            ends.Count == 0 ? 0 : ends.Max(e => e.LargestShare), broken);
    }

    private static SimulationOptions Options(ServiceSpec service, EnvironmentSpec environment, TrialWorld world) => new()
    {
        Environment = environment,
        Instances = environment.MinInstances ?? service.Run.MinInstances,
        Candidate = world switch
        {
            TrialWorld.Bad => CandidateKind.Bad,
            TrialWorld.NoTraffic => CandidateKind.NoTraffic,
            _ => CandidateKind.Good,
        },
        Faults = world == TrialWorld.Faulty,
        Releases = 1,
    };
}

/// <param name="Ends">How many rollouts ended how.</param>
/// <param name="MedianSeconds">Simulated time from start to end.</param>
/// <param name="LargestShare">The largest share of users that a candidate had in any of them, 0 to 1.</param>
/// <param name="Broken">The first rule that did not hold, with how to see it again; null when all held.</param>
public sealed record TrialSummary(
    TrialWorld World, int Seeds, IReadOnlyDictionary<string, int> Ends, double MedianSeconds, double LargestShare,
    string? Broken);
