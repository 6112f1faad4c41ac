using System.Collections.Immutable;
using Headway.Core.Services;
using Headway.Core.Strategies;

namespace Headway.Server.Specs;

/// <summary>What holds for a critical service where its file says nothing: fewer users in the beginning, less harm, and a longer look.</summary>
internal static class TierDefaults
{
    public const int FailedRequests = 25;
    public static readonly TimeSpan HoldBack = TimeSpan.FromMinutes(120);

    private static readonly StrategySpec Careful = new StrategySpec.Canary([new(0.01), new(0.05), new(0.25), new(0.5)]);

    /// <param name="release">As it was written; null when it was not.</param>
    public static ImmutableArray<EnvironmentSpec> Of(Tier tier, ImmutableArray<EnvironmentSpec> environments, SpecNode? release)
    {
        if (tier is not Tier.Critical) return environments;
        if (release is not SpecNode.Map map)
            return [.. environments.Select(each => each with { Strategy = Careful, HoldBack = HoldBack, BudgetFailedRequests = FailedRequests })];
        return [.. environments.Select(each => With(each, map.Entries.FirstOrDefault(entry => entry.Key.Text == each.Name)?.Value as SpecNode.Map))];
    }

    private static EnvironmentSpec With(EnvironmentSpec environment, SpecNode.Map? written)
    {
        if (environment.Strategy is not StrategySpec.Canary) return environment;
        bool Says(string name, string spaced) => written?.Entries.Any(entry => entry.Key.Text == name || entry.Key.Text == spaced) == true;
        return environment with
        {
            HoldBack = Says("holdBack", "hold back") ? environment.HoldBack : HoldBack,
            BudgetFailedRequests = Says("exposure", "exposure") ? environment.BudgetFailedRequests : FailedRequests,
        };
    }
}
