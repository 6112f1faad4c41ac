using Headway.Core.Judging;
using Headway.Core.Services;
using Headway.Core.Targets;

namespace Headway.Core.Strategies;

/// <summary>Everything that a plan depends on, known before anything is done.</summary>
/// <param name="Stable">The release that users have, or null for a first release.</param>
/// <param name="Instances">How many instances stable has, or a first release gets.</param>
/// <param name="Back">A person asked for an earlier release: no canary, no checks, at once.</param>
/// <param name="History">Stable's traffic: small shares start smaller where there is much of it.</param>
public sealed record PlanRequest(
    EnvironmentSpec Environment, string? Stable, string Candidate, int Instances, bool Back, StableHistory History)
{
    public required Capabilities Workload { get; init; }
    public required Capabilities Traffic { get; init; }
}

/// <summary>A plan, or why there can be none: which part cannot do what.</summary>
public abstract record Compiled
{
    private Compiled() { }
    public sealed record Ready(Plan Plan) : Compiled;
    public sealed record Refused(string Says) : Compiled;
}
