namespace Headway.Core.Judging;

/// <summary>What the judge of a rollout is told before it starts. Formulae and defaults: docs/concepts/judge.md.</summary>
/// <param name="Alpha">Bound on the probability that a release which is no worse is ever rolled back.</param>
/// <param name="Beta">Bound of the early pass test of a step.</param>
/// <param name="BudgetFailedRequests">Excess failed requests after which the share goes to 0 whatever is proven.</param>
/// <param name="Sticky">Clients stay on their side: adds the spell metric.</param>
public sealed record JudgeSettings(
    double Alpha = 0.03, double Beta = 0.05, int BudgetFailedRequests = 50, bool Sticky = true)
{
    /// <summary>A step waits at least this long, in judged seconds.</summary>
    public TimeSpan Dwell { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Without proof a step passes after this, when nothing is suspected.</summary>
    public TimeSpan PassUnproven { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The end of a step's patience: inconclusive, or no data.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A latency difference that nobody feels, whatever it is in per cent.</summary>
    public double FeltMilliseconds { get; init; } = 5;

    /// <summary>Standard deviation of ln p90 between instances of one release; widens the latency tolerance.</summary>
    public double InstanceSpread { get; init; }

    /// <summary>Share of stable's traffic, by route, that the candidate must have met before a step passes.</summary>
    public double Representative { get; init; }

    /// <summary>An incident that holds the rollout longer than this asks for a person.</summary>
    public TimeSpan AskAfter { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>Stable's past, in the same units as the trials, taken before the rollout began.</summary>
/// <param name="Trials">Client trials of the last ten minutes.</param>
/// <param name="Failures">Failures among them.</param>
/// <param name="Clients">Distinct clients (history of the spell metric).</param>
/// <param name="Latency">Latencies of past successes; thresholds are frozen from it.</param>
/// <param name="RequestsPerSecond">Total traffic of the lane, for the ramp; 0 when unknown.</param>
public sealed record StableHistory(
    long Trials, long Failures, long Refused, long Clients, Evidence.LatencyCounts Latency, double RequestsPerSecond)
{
    public static readonly StableHistory None = new(0, 0, 0, 0, Evidence.LatencyCounts.Empty, 0);

    /// <summary>Requests of the same time, and failures among them: what an incident is known by.</summary>
    public long Requests { get; init; }

    public long RequestFailures { get; init; }

    /// <summary>What stable served by route.</summary>
    public System.Collections.Immutable.ImmutableArray<Evidence.RouteCounts> Routes { get; init; } = [];

    /// <summary>Instances that served stable, for the latency tolerance.</summary>
    public int Instances { get; init; }
}
