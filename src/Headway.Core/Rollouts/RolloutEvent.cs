using Headway.Core.Judging;
using Headway.Core.Services;
using Headway.Core.Strategies;

namespace Headway.Core.Rollouts;

/// <summary>What happened to a rollout. Stored for ever: names and fields only ever grow.</summary>
public abstract record RolloutEvent
{
    private RolloutEvent() { }

    public sealed record Started(
        string Rollout, string Service, string Environment, string? Stable, string Candidate, Plan Plan,
        RolloutRules Rules) : RolloutEvent;

    /// <summary>The next step is the current one from here on, and its effect is wanted.</summary>
    /// <param name="Proof">What let it pass: observed, promote, inconclusive, person.</param>
    public sealed record StepPassed(int Step, PassedBy Proof, string Why, Verdict? Verdict) : RolloutEvent;

    /// <summary>The task of the current step is tried, for the first time or again.</summary>
    public sealed record TaskAttempted(int Step, string Task, int Attempt) : RolloutEvent;

    /// <summary>The judge says something else than before; recorded so that the story can be told.</summary>
    public sealed record Judged(int Step, Verdict Verdict) : RolloutEvent;

    /// <summary>The release is in production; hold-back begins.</summary>
    public sealed record Promoted(string Why, Verdict? Verdict) : RolloutEvent;

    /// <param name="LostAttempt">The attempt whose end is not known, when that is why; resuming tries the next one.</param>
    public sealed record Paused(string Why, int? LostAttempt = null) : RolloutEvent;

    public sealed record Resumed(string Why) : RolloutEvent;

    /// <summary>A newer release waits; hold-back ends early.</summary>
    public sealed record HoldBackCut(string Why) : RolloutEvent;

    public sealed record RollbackStarted(RollbackCause Cause, string Why, Verdict? Verdict) : RolloutEvent;

    public sealed record Ended(RolloutEnd End, string Why) : RolloutEvent;
}

/// <summary>What the rollout may do, fixed when it starts.</summary>
/// <param name="StepLimit">How long a Place, Expose or Retire step may take before it counts as failed.</param>
/// <param name="RollbackLimit">How long going back may take before people are called; it goes on after that.</param>
public sealed record RolloutRules(
    OnInconclusive OnInconclusive, int BudgetFailedRequests, TimeSpan StepLimit, TimeSpan RollbackLimit,
    TimeSpan Lease, int TaskAttempts);

[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<PassedBy>))]
public enum PassedBy { Observed, Promote, Inconclusive, Person }

[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<RollbackCause>))]
public enum RollbackCause { ProvenWorse, BudgetSpent, ChecksFailed, CandidateDown, CannotStart, TookTooLong, Inconclusive, Person, Superseded }

[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<RolloutEnd>))]
public enum RolloutEnd { Completed, RolledBack, RollbackFailed, PastReturn }
