using Headway.Core.Services;
using Headway.Simulation.Worlds;

namespace Headway.Simulation.Runs;

/// <summary>What to simulate; everything left out is drawn from the seed.</summary>
public sealed record SimulationOptions
{
    public static readonly SimulationOptions Default = new();

    public PlantedError Planted { get; init; }

    /// <summary>The user's own environment, or null: one is drawn.</summary>
    public EnvironmentSpec? Environment { get; init; }

    public int? Instances { get; init; }

    /// <summary>What every candidate after the first release is like.</summary>
    public CandidateKind? Candidate { get; init; }

    public bool Faults { get; init; } = true;

    /// <summary>Releases after the first; null: drawn.</summary>
    public int? Releases { get; init; }

    /// <summary>Keeps the story in sentences; costs time.</summary>
    public bool Tell { get; init; }
}

/// <summary>How one seed went.</summary>
/// <param name="Broken">The first rule that did not hold, in a sentence, or null.</param>
/// <param name="Rule">Its name, or null.</param>
public sealed record SimulationOutcome(
    int Seed, int Rollouts, int Turns, string? Rule, string? Broken, IReadOnlyList<StoryLine> Story,
    IReadOnlyList<RolloutOutcome> Ends)
{
    /// <summary>What to type to see the same again.</summary>
    public string Replay => $"headway simulate --seed {Seed}";
}

/// <param name="At">Simulated time since the start.</param>
public sealed record StoryLine(TimeSpan At, string Kind, string Says);

/// <param name="LargestShare">The largest share of users that the candidate ever had, 0 to 1.</param>
public sealed record RolloutOutcome(
    string Candidate, string Strategy, string End, string Why, TimeSpan Took, double LargestShare);
