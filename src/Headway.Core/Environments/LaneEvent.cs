using Headway.Core.Rollouts;

namespace Headway.Core.Environments;

/// <summary>What happened to a lane (a service in an environment).</summary>
public abstract record LaneEvent
{
    private LaneEvent() { }

    /// <summary>The release is wanted here: it passed the pipeline or the environment before.</summary>
    public sealed record PromotionDecided(string Release, int Number, string Why) : LaneEvent
    {
        /// <summary>Of its configuration; 0 where there is none of its own.</summary>
        public int Revision { get; init; }
    }

    /// <summary>What is wanted here stands in the state repo.</summary>
    /// <param name="Release">As the file says; null where nothing is wanted.</param>
    /// <param name="Commit">Full object name of the commit that says so.</param>
    /// <param name="Says">Its first line.</param>
    public sealed record IntentRecorded(string? Release, string Commit, string Says) : LaneEvent;

    /// <summary>Appended in one transaction with the rollout's Started.</summary>
    public sealed record RolloutOpened(string Rollout, string? Stable, string Candidate) : LaneEvent;

    /// <summary>Appended in one transaction with the rollout's Promoted: from here on the release is the lane's own.</summary>
    public sealed record ReleasePromoted(string Rollout, string Release) : LaneEvent;

    /// <summary>Appended in one transaction with the rollout's Ended.</summary>
    public sealed record RolloutClosed(string Rollout, RolloutEnd End, string? Current) : LaneEvent;

    /// <summary>The release is not to be tried again here (null: nothing is) until lifted or until a newer one comes.</summary>
    public sealed record HoldPlaced(string? Release, string Why) : LaneEvent;

    /// <summary>A person does not want a release that waited to come here: it is held, and a newer one ends that.</summary>
    public sealed record ReleaseRejected(string Release, int Number, string Why) : LaneEvent
    {
        public int Revision { get; init; }
    }

    /// <summary>Nothing is to run here any more, and nothing is kept to go back to; a newer release comes in again.</summary>
    public sealed record Emptied(string Why) : LaneEvent;

    public sealed record HoldLifted(string Why) : LaneEvent;

    /// <summary>A person asks for an earlier release; goes as a rollout of its own that no freeze blocks.</summary>
    public sealed record RollbackRequested(string ToRelease, string Why) : LaneEvent;
}
