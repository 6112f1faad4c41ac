using Headway.Core.Judging;

namespace Headway.Core.Rollouts;

/// <summary>What a person, or the lane, asks of a rollout.</summary>
public abstract record RolloutCommand(string Why)
{
    public sealed record Pause(string Why) : RolloutCommand(Why);
    public sealed record Resume(string Why) : RolloutCommand(Why);

    /// <summary>Passes the current Watch or Await step on the person's word.</summary>
    public sealed record Promote(string Why) : RolloutCommand(Why);

    /// <summary>Takes the candidate back.</summary>
    public sealed record Abort(string Why) : RolloutCommand(Why);

    /// <summary>A newer verified release waits: ends hold-back, or gives up a rollout that only waits.</summary>
    public sealed record Supersede(string NewerRelease) : RolloutCommand($"{NewerRelease} is newer")
    {
        /// <summary>What the judge says now; the rollout itself knows what it said when it last changed its mind.</summary>
        public Verdict? Seen { get; init; }
    }
}

/// <summary>A command that the state does not allow: which rule says so, in a sentence.</summary>
public sealed record Refusal(string Rule, string Says);
