using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Targets;
using Headway.Core.Waiting;

namespace Headway.Server.Rollouts;

/// <summary>
/// What a lane's turns remember between them. All of it can be lost: it is loaded again from the store, and the judge
/// starts again from the evidence that was kept.
/// </summary>
public sealed class LaneMemory(string service, string environment)
{
    public string Service { get; } = service;
    public string Environment { get; } = environment;
    public string Lane { get; } = $"{service}/{environment}";
    public ConcurrentQueue<LaneTrigger> Inbox { get; } = new();

    /// <summary>Null until loaded; dropped whenever somebody else has decided.</summary>
    public LaneState? State { get; set; }
    public RolloutState? Open { get; set; }
    public LaneJudge? Judge { get; set; }

    public TimeSpan StepElapsed { get; set; }
    public long StepPosition { get; set; }
    public long LastTurnTicks { get; set; }
    public TimeSpan Planned { get; set; }

    /// <summary>What the last turn saw; for `why` and for pages.</summary>
    public Seen? Seen { get; set; }

    /// <summary>Why the lane's turns fail (the store is full, a stream is unreadable), or null.</summary>
    public string? Trouble { get; set; }
    public int Failures { get; set; }

    /// <summary>What keeps the newest release of the stage before from being wanted here, or null.</summary>
    public Wait? Gate { get; set; }

    public void Forget()
    {
        State = null;
        Open = null;
        Judge = null;
    }

    public static readonly Seen NothingSeen =
        new(ImmutableDictionary<string, Observation>.Empty, Verdict.None("Nothing was looked at yet."), TimeSpan.Zero);
}
