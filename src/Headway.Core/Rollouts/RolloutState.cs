using System.Collections.Immutable;
using Headway.Core.Judging;
using Headway.Core.Strategies;

namespace Headway.Core.Rollouts;

[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<RolloutPhase>))]
public enum RolloutPhase { NotStarted, Advancing, GoingBack, Ended }

/// <summary>Where a rollout stands: a fold of its events and nothing else. Also served as it is by the API.</summary>
/// <param name="Step">Index of the current step of the plan.</param>
/// <param name="StepPosition">Store position of the event that made the current step (or the way back) wanted.</param>
/// <param name="StepStartedAt">When that was.</param>
/// <param name="Attempt">Attempt of the current Run step; 0 before the first.</param>
public sealed record RolloutState(
    string Id, string Service, string Environment, string? Stable, string Candidate, Plan Plan, RolloutRules Rules,
    RolloutPhase Phase, int Step, long StepPosition, DateTimeOffset StartedAt, DateTimeOffset StepStartedAt,
    int Attempt, string? PausedWhy, bool Promoted, DateTimeOffset? PromotedAt, bool HoldBackCut,
    RollbackCause? Cause, string? CauseSays, RolloutEnd? End, string? EndSays, DateTimeOffset? EndedAt,
    Verdict? LastVerdict, long Version, long Position, ImmutableArray<StepRecord> History)
{
    /// <summary>The attempt whose end is not known and for which a person is asked; null otherwise.</summary>
    public int? LostAttempt { get; init; }

    public string Lane => $"{Service}/{Environment}";
    public Step? CurrentStep => Phase is RolloutPhase.Advancing && Step < Plan.Steps.Length ? Plan.Steps[Step] : null;
    public bool IsOpen => Phase is RolloutPhase.Advancing or RolloutPhase.GoingBack;
}

/// <summary>One executed step, for people.</summary>
public sealed record StepRecord(
    int Step, long Position, DateTimeOffset StartedAt, DateTimeOffset? PassedAt, PassedBy? Proof, string? Why);
