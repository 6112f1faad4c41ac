using Headway.Core.Services;
using Headway.Core.Strategies;

namespace Headway.Cli.Specs;

/// <summary>A specification in words.</summary>
internal static class SpecSentences
{
    public static string Jobs(ServiceSpec spec) =>
        spec.Jobs.Length == 1 ? $"job {spec.Jobs[0].Name}"
            : $"jobs {string.Join(", ", spec.Jobs.Select(job => job.Name))}";

    public static string Release(ServiceSpec spec) =>
        "released to " + string.Join(", then ", spec.Environments.Select(Environment));

    private static string Environment(EnvironmentSpec environment) => environment.Name + environment.Strategy switch
    {
        StrategySpec.Canary canary =>
            $" by canary ({string.Join(", ", canary.Steps.Select(step => $"{step.Share * 100:0.##}%"))})",
        StrategySpec.BlueGreen => " blue-green",
        StrategySpec.Rolling => " rolling",
        _ => " at once",
    };
}
