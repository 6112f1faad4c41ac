using System.Collections.Immutable;
using Headway.Core.Strategies;

namespace Headway.Core.Services;

/// <summary>headway.yaml as its owner meant it: read, checked, defaults filled in.</summary>
/// <param name="Environments">In the order of promotion.</param>
public sealed record ServiceSpec(
    string Service,
    ImmutableArray<JobSpec> Jobs,
    RunSpec Run,
    ObjectivesSpec Objectives,
    ImmutableArray<EnvironmentSpec> Environments);

/// <param name="Run">Shell command, run at the root of the source.</param>
/// <param name="Artifact">Path to keep, relative to the root of the source; exactly one job of a service has one.</param>
/// <param name="Network">The job may use the network; off unless asked for where the sandbox can tell.</param>
public sealed record JobSpec(
    string Name, string Run, string? Artifact, ImmutableArray<string> Needs, string? Reports, TimeSpan Timeout,
    bool Network);

/// <param name="Availability">0 to 1, for example 0.999; null when not promised.</param>
public sealed record ObjectivesSpec(double? Availability, TimeSpan? LatencyP50, TimeSpan? LatencyP90, TimeSpan? LatencyP99)
{
    public static readonly ObjectivesSpec None = new(null, null, null, null);
}

/// <param name="Checks">Commands run against the candidate before users meet it; HEADWAY_URL says where it is.</param>
/// <param name="Strategy">Null: everything at once after the checks.</param>
/// <param name="BudgetFailedRequests">Exposure budget of a rollout: excess failed requests.</param>
/// <param name="OnInconclusive">What happens when time is up without proof.</param>
/// <param name="HoldBack">How long a few users stay on the old release after promotion, with the judge on.</param>
/// <param name="Listen">Port where users arrive; 0 lets the server choose and show it.</param>
public sealed record EnvironmentSpec(
    string Name,
    ImmutableArray<string> Checks,
    StrategySpec? Strategy,
    int BudgetFailedRequests,
    OnInconclusive OnInconclusive,
    TimeSpan HoldBack,
    int Listen,
    int? MinInstances,
    int? MaxInstances,
    ImmutableSortedDictionary<string, string> Variables);

[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<OnInconclusive>))]
public enum OnInconclusive
{
    /// <summary>Hold the share and ask a person (the default).</summary>
    Ask,
    /// <summary>Go on, recorded as inconclusive; never without candidate trials.</summary>
    Promote,
    RollBack,
}
