using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;

namespace Headway.Core.Judging.Explanations;

/// <summary>
/// Watches a rollout being judged again from its kept evidence, second by second, and tells afterwards what it was
/// judged on.
/// </summary>
/// <param name="rollout">As it is now, or as it ended.</param>
/// <param name="settings">Of the judge that is watched.</param>
/// <param name="history">What that judge knew of stable before.</param>
public sealed class ExplanationRecording(RolloutState rollout, JudgeSettings settings, StableHistory history)
{
    private readonly LatencyThresholds thresholds = LatencyThresholds.Of(history.Latency);
    private readonly CurveRecording curve = new();
    private readonly EvidenceTally tally = new(
        ReadingOf(settings, history), new(rollout.Lane, rollout.Stable ?? "", rollout.Candidate));

    private Verdict? last, crossing;
    private DateTimeOffset? crossedAt;
    private RolloutState? before;
    private int step = -1;
    private double seconds, requests;

    /// <summary>A second of the rollout.</summary>
    /// <param name="state">As it was in that second.</param>
    /// <param name="verdict">What the judge said at its end.</param>
    public void Look(
        DateTimeOffset second, RolloutState state, ImmutableArray<EvidenceBatch> batches, Verdict verdict)
    {
        if (state.Phase == RolloutPhase.Advancing) before = state;
        if (state.CurrentStep is Step.Watch && state.Step != step)
        {
            step = state.Step;
            tally.StepStarted();
        }

        foreach (var batch in batches)
        {
            tally.Add(batch);
            requests += batch.Stable.Requests + (batch.Candidate?.Requests ?? 0);
        }

        seconds++;
        last = verdict;
        curve.Add((second - rollout.StartedAt).TotalSeconds, ShareOf(state), verdict);
        if (verdict.Kind == VerdictKind.Rollback && crossing is null) (crossing, crossedAt) = (verdict, second);
    }

    /// <summary>Requests a second of the whole lane while it was watched.</summary>
    public double RequestsPerSecond => seconds > 0 ? requests / seconds : 0;

    /// <summary>What the plan still had when the candidate was taken back.</summary>
    public ImmutableArray<AheadShare> Ahead(DateTimeOffset rolledBackAt) =>
        before is null ? [] : AheadShare.Of(before, rolledBackAt);

    /// <param name="until">End of the evidence.</param>
    /// <param name="rolledBackAt">When it was decided to take the candidate back, or null.</param>
    /// <param name="missed">What the candidate would have served by now, or null when it was not taken back.</param>
    /// <param name="atEnd">What it would have served by the end of the plan.</param>
    public Explanation Finish(
        DateTimeOffset until, DateTimeOffset? rolledBackAt, MissedExposure? missed, MissedExposure? atEnd)
    {
        var recorded = rollout.LastVerdict;
        var verdict = crossing ?? last ?? recorded ?? Verdict.None("Nothing was judged.");
        var leading = LeadingOf.Verdict(verdict, tally, thresholds, settings);
        return new(
            rollout.Id, rollout.Lane, rollout.Stable, rollout.Candidate, rollout.StartedAt, until, verdict.Kind,
            verdict.Evidence.Method, rollout.CauseSays ?? rollout.EndSays ?? recorded?.Says ?? verdict.Says)
        {
            Cause = rollout.Cause,
            RolledBackAt = rolledBackAt,
            CrossedAt = crossedAt,
            Leading = leading,
            Curve = curve.Finish(),
            Users = verdict.Evidence,
            Metrics = [.. verdict.Evidence.Metrics.Select(MetricOf)],
            Routes = tally.Routes,
            Instances = tally.Instances,
            Signals = verdict.Signals,
            ByNow = Without(leading, missed),
            AtPlansEnd = Without(leading, atEnd),
        };
    }

    /// <summary>How a judge with these settings reads a batch.</summary>
    public static BatchReading ReadingOf(JudgeSettings settings, StableHistory history) => new(
        settings.Sticky, LatencyThresholds.Of(history.Latency),
        LatencyThresholds.Tolerance(settings.InstanceSpread, 1, history.Instances), settings.FeltMilliseconds);

    private Counterfactual? Without(LeadingReason? leading, MissedExposure? missed)
    {
        if (missed is null || rollout.Stable is null) return null;
        switch (leading)
        {
            case { Kind: "metric", Name: "p50" or "p90" or "p99" }:
                return Counterfactual.Of(tally.InStep(MetricNames.Of(leading.Name)), 1, "slow answers", missed);
            case { Kind: "metric", Name: "refused" }:
                return Counterfactual.Of(tally.InStep(Metric.Refused), 1, "refusals", missed);
            default:
                var (all, clients) = (tally.RequestsInStep, tally.InStep(Metric.Errors));
                var failing = clients.CandidateEvents + clients.StableEvents;
                var together = failing > 0 ? (all.CandidateEvents + all.StableEvents) / failing : 1;
                return Counterfactual.Of(all, together, "failures", missed);
        }
    }

    private ExplainedMetric MetricOf(MetricSummary summary)
    {
        var metric = MetricNames.Of(summary.Name);
        var explained = new ExplainedMetric(summary.Name, summary.Weight, summary.LogE, tally.In(metric));
        if (thresholds.Of(metric) is not { } bucket) return explained;
        var reading = ReadingOf(settings, history);
        var own = LatencyThresholds.CandidateBucket(bucket, reading.Tolerance, reading.FeltMilliseconds);
        return explained with
        {
            Bucket = bucket,
            StableMilliseconds = Math.Round(LatencyScale.UpperEdgeMilliseconds(bucket), 2),
            CandidateMilliseconds = Math.Round(LatencyScale.UpperEdgeMilliseconds(own), 2),
        };
    }

    private static double ShareOf(RolloutState state)
    {
        if (state.Phase != RolloutPhase.Advancing) return 0;
        return state.Plan.Steps.Take(state.Step + 1).OfType<Step.Expose>().Select(e =>
            e.To.ShareOfUsers).LastOrDefault();
    }
}

/// <summary>From the names in verdicts to metrics.</summary>
public static class MetricNames
{
    public static Metric Of(string name) => name switch
    {
        "spell" => Metric.Spell,
        "refused" => Metric.Refused,
        "p50" => Metric.P50,
        "p90" => Metric.P90,
        "p99" => Metric.P99,
        _ => Metric.Errors,
    };
}
