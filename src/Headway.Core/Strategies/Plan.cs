using System.Collections.Immutable;

namespace Headway.Core.Strategies;

/// <summary>What will be done, compiled before anything is done; stored with the rollout and shown to people.</summary>
/// <param name="Strategy">canary, blue-green, rolling, first release, direct; with `shadow, ` before it.</param>
/// <param name="StableInstances">How many instances stable has when the rollout begins; what a rollback restores.</param>
/// <param name="Notes">Sentences about what the plan cannot do or does in coarser steps.</param>
public sealed record Plan(
    string Strategy, int StableInstances, ImmutableArray<Step> Steps, ImmutableArray<string> Notes);
