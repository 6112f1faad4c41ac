using System.Collections.Immutable;

namespace Headway.Server.Specs.Imports;

/// <summary>What another tool's configuration becomes in headway.yaml, and what of it does not.</summary>
/// <param name="From">What was recognised: `Argo AnalysisTemplate success-rate`.</param>
/// <param name="Left">What could not be carried over, each a sentence with the reason.</param>
public sealed record Imported(
    ImmutableArray<string> From, ImmutableArray<ImportedSignal> Signals, ImmutableArray<string> Left)
{
    public static readonly Imported Nothing = new([], [], []);

    /// <summary>Steps of a canary as they are written: `10% for 5m`.</summary>
    public ImmutableArray<string> Canary { get; init; } = [];

    /// <summary>Keys of `objectives:` as they are written.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Objectives { get; init; } = [];

    public Imported And(Imported other) =>
        new(From.AddRange(other.From), Signals.AddRange(other.Signals), Left.AddRange(other.Left))
        {
            Canary = Canary.IsEmpty ? other.Canary : Canary,
            Objectives = [.. Objectives.Concat(other.Objectives).DistinctBy(pair => pair.Key)],
        };
}

/// <summary>An entry of `evidence:`.</summary>
/// <param name="Keys">In the order in which they are written.</param>
/// <param name="Problem">Why it is not valid as it is and what to do, or null; it is written as a comment then.</param>
public sealed record ImportedSignal(
    string Name, ImmutableArray<KeyValuePair<string, string>> Keys, string? Problem = null);
