using System.Collections.Immutable;
using Headway.Core.Delivery;
using Headway.Core.Evidence;
using Headway.Core.Pipelines;
using Headway.Core.Pacts;
using Headway.Core.Provisioning;
using Headway.Core.Scans;
using Headway.Core.Strategies;
using Headway.Core.SupplyChain;
using Headway.Core.TestResults;

namespace Headway.Core.Services;

/// <summary>headway.yaml as its owner meant it: read, checked, defaults filled in.</summary>
/// <param name="Environments">In the order of promotion.</param>
public sealed record ServiceSpec(
    string Service,
    ImmutableArray<JobSpec> Jobs,
    RunSpec Run,
    ObjectivesSpec Objectives,
    ImmutableArray<EnvironmentSpec> Environments)
{
    /// <summary>Whose it is: a team or a person, as alerts and approvals name them; null when not said.</summary>
    public string? Owner { get; init; }

    public Tier Tier { get; init; }

    /// <summary>Services that it calls: released before it in a group, and looked at first when it fails.</summary>
    public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>Where it stands what to do when it hurts users: an address, or a path in the repository; null when not said.</summary>
    public string? Runbook { get; init; }

    /// <summary>Who is called when it hurts users; null when not said.</summary>
    public string? OnCall { get; init; }

    /// <summary>What starts a run; null in what was recorded before it could be written.</summary>
    public TriggersSpec? On { get; init; }

    /// <summary>What must be known of a commit before it is carried; null: nothing.</summary>
    public SourceRules? Source { get; init; }

    /// <summary>What a release is judged by besides the requests of users.</summary>
    public ImmutableArray<SignalSpec> Evidence { get; init; } = [];

    /// <summary>Where releases may come from; null asks for nothing.</summary>
    public SupplyRules? Supply { get; init; }

    /// <summary>
    /// Only commits that touch one of them are built; empty: every commit, or those that touch the folder of headway.yaml
    /// where it has one of its own.
    /// </summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>A newer run of the same branch ends an older one that is not about to make a release.</summary>
    public bool Supersede { get; init; } = true;

    /// <summary>Templates that the jobs were made with, as they were found.</summary>
    public ImmutableArray<TemplateUsed> Templates { get; init; } = [];

    public TestsSpec Tests { get; init; } = TestsSpec.None;

    /// <summary>What findings of scans keep out of environments that say nothing of their own; null: none.</summary>
    public ScanPolicy? Scans { get; init; }

    /// <summary>Fingerprints of what looks like a secret and is none, each with the reason.</summary>
    public ImmutableSortedDictionary<string, string> AllowedSecrets { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// The signals that are judged in an environment, and those that are watched without being written; without a stable
    /// release only those that need none.
    /// </summary>
    public ImmutableArray<SignalSpec> SignalsOf(string environment, string? stable)
    {
        var written = Evidence.IsDefault ? [] : Evidence;
        var watched = InstanceMeasures.Watched.Where(each => !written.Any(
            s => s.Name == each.Name || s.Source == each.Source));
        return
        [
            .. written.Concat(watched)
                .Where(s => s.IsFor(environment) && (stable is not null || s.Test is SignalTest.Limit or SignalTest.Seen)),
        ];
    }
}

/// <summary>How much depends on a service; critical ones get stricter defaults.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<Tier>))]
public enum Tier { Standard, Critical, Low }

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
    ImmutableSortedDictionary<string, string> Variables)
{
    /// <summary>Exposure budget as a share of the error budget, 0 to 1; it takes the place of the number when a rollout opens.</summary>
    public double? BudgetShare { get; init; }
    /// <summary>Traffic that the candidate has to bear before users meet it; null for none.</summary>
    public LoadSpec? Load { get; init; }

    /// <summary>Share of stable's traffic, by route, that a candidate must have met before a step passes; 0 asks for none.</summary>
    public double Representative { get; init; }

    /// <summary>
    /// Jobs that try the release once it is out here, with its address in HEADWAY_URL; the next environment waits for them.
    /// </summary>
    public ImmutableArray<JobSpec> Verify { get; init; } = [];

    /// <summary>What has to be there before a release comes here, and how it is made; null: nothing.</summary>
    public ProvisionSpec? Provision { get; init; }

    /// <summary>Null: what the service says.</summary>
    public ScanPolicy? Scans { get; init; }

    /// <summary>Whether contracts with the services that run there decide: as far as there are any, always, or never.</summary>
    public ContractRule Contracts { get; init; }

    /// <summary>What people and the clock have to say before a release comes here; null: nothing.</summary>
    public DeliveryRules? Delivery { get; init; }

    /// <summary>Environments in which a release has to be out before it comes here; null: the one that is written before.</summary>
    public ImmutableArray<string>? After { get; init; }

    /// <summary>What is done when what runs here is not what was released.</summary>
    public HealPolicy Heal { get; init; }

    /// <summary>Variables that the environment before sets for itself, and that this one is meant to lack.</summary>
    public ImmutableArray<string> Without { get; init; } = [];

    /// <summary>Null: no requests are copied before users meet the candidate.</summary>
    public ShadowSpec? Shadow { get; init; }

    /// <summary>What instances are given here from the store, in place of what `run` says of the same variable.</summary>
    public ImmutableArray<Secrets.SecretUse> Secrets { get; init; } = [];
}

[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<OnInconclusive>))]
public enum OnInconclusive
{
    /// <summary>Hold the share and ask a person (the default).</summary>
    Ask,
    /// <summary>Go on, recorded as inconclusive; never without candidate trials.</summary>
    Promote,
    RollBack,
}

[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<HealPolicy>))]
public enum HealPolicy
{
    /// <summary>It is put back by itself (the default).</summary>
    Auto,
    /// <summary>It is shown, and put back when somebody asks for it.</summary>
    Ask,
    /// <summary>It is shown.</summary>
    Never,
}
