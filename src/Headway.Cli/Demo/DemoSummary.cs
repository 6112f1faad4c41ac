using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.SupplyChain;

namespace Headway.Cli.Demo;

/// <summary>What `headway demo --json` prints.</summary>
/// <param name="Requests">Sent by customers, from the first release on.</param>
/// <param name="FailedByBadRelease">Failed requests that the bad release had answered, as customers counted.</param>
/// <param name="SecondsToRollback">
/// From the first request that failed because of the bad release to the last answer that a customer got from it.
/// </param>
/// <param name="Evidence">What the judge said when it took the bad release back.</param>
internal sealed record DemoSummary(
    ImmutableArray<DemoRelease> Releases, long Requests, long FailedByBadRelease, double SecondsToRollback,
        Verdict Evidence)
{
    /// <summary>Failed requests that no release answered: lost on the way. There should be none.</summary>
    [JsonIgnore]
    public long Lost { get; init; }

    /// <summary>Failed requests that a good release answered. There should be none.</summary>
    [JsonIgnore]
    public long FailedByGoodReleases { get; init; }

    /// <summary>The rollout that was taken back, for a closer look.</summary>
    [JsonIgnore]
    public string? BadRollout { get; init; }

    /// <summary>What the gate says about the good release, asked again at the end.</summary>
    [JsonIgnore]
    public Verification? Verified { get; init; }

    /// <summary>Commits of the state repo about production, the newest first: promotions, and the revert of the bad one.</summary>
    [JsonIgnore]
    public ImmutableArray<DemoCommit> Commits { get; init; } = [];

    /// <summary>The good releases are promoted and the bad one is not.</summary>
    [JsonIgnore]
    public bool IsAsPromised => Releases.Select(release => release.Outcome)
        .SequenceEqual(["promoted", "promoted", "rolledBack"]);

    public static DemoSummary Of(IReadOnlyList<RolloutState> outcomes, IReadOnlyList<DateTimeOffset> pushed,
        Traffic traffic)
    {
        var releases = outcomes.Select((rollout, i) => Release(rollout, pushed[i], traffic)).ToImmutableArray();
        var last = outcomes[^1];
        var bad = traffic.Of(last.Candidate);
        return new(releases, traffic.Requests, bad.Failures,
            bad is { FirstFailure: { } first, Last: { } end } ? Math.Round((end - first).TotalSeconds, 2) : 0,
            last.LastVerdict ?? Verdict.None("The judge was not asked."))
        {
            Lost = traffic.Of("-").Failures,
            FailedByGoodReleases = outcomes.SkipLast(1).Sum(rollout => traffic.Of(rollout.Candidate).Failures),
            BadRollout = last.Id,
        };
    }

    /// <summary>A release that was taken back counts until the first customer met it.</summary>
    private static DemoRelease Release(RolloutState rollout, DateTimeOffset pushed, Traffic traffic)
    {
        var promoted = rollout.Promoted || rollout.End is RolloutEnd.Completed;
        var arrived = promoted ? rollout.PromotedAt ?? rollout.EndedAt : traffic.Of(rollout.Candidate)
            .First ?? rollout.EndedAt;
        return new(rollout.Candidate, promoted ? "promoted" : "rolledBack",
            Math.Round((arrived!.Value - pushed).TotalSeconds, 1));
    }
}

/// <param name="Outcome">`promoted` or `rolledBack`.</param>
/// <param name="CommitToProductionSeconds">
/// From the push to the promotion; for a release taken back, to its first customer.
/// </param>
internal sealed record DemoRelease(string Version, string Outcome, double CommitToProductionSeconds);

/// <summary>A commit of the state repo.</summary>
internal sealed record DemoCommit(string Commit, string By, string Subject);
