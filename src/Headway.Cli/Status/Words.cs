using Headway.Core.Judging;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Server.Rollouts;

namespace Headway.Cli.Status;

/// <summary>Views of the server in a few words each.</summary>
internal static class Words
{
    public static string Of(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{time.TotalDays:0.#} d",
        { TotalHours: >= 1 } => $"{time.TotalHours:0.#} h",
        { TotalMinutes: >= 1 } => $"{(int)time.TotalMinutes} min {time.Seconds} s",
        { TotalSeconds: >= 10 } => $"{time.TotalSeconds:0} s",
        _ => $"{Math.Max(0, time.TotalSeconds):0.0} s",
    };

    public static string Ago(DateTimeOffset then) => $"{Of(DateTimeOffset.UtcNow - then)} ago";

    /// <summary>How the rollout ended, or what it does now.</summary>
    public static string Of(RolloutState rollout) => rollout switch
    {
        { End: RolloutEnd.Completed } => "completed",
        { End: RolloutEnd.RolledBack } => $"rolled back: {rollout.CauseSays ?? rollout.EndSays}",
        { End: { } end } => $"{end}: {rollout.EndSays}",
        { Phase: RolloutPhase.GoingBack } => $"going back: {rollout.CauseSays}",
        { PausedWhy: { } why } => $"paused: {why}",
        { Promoted: true, Stable: null } => "promoted, watched against its objectives",
        { Promoted: true } => "promoted, a few users held back",
        _ => Steps.Says(rollout.CurrentStep),
    };

    /// <summary>What is out in the lane, and what is on its way.</summary>
    public static string Of(LaneView lane)
    {
        if (lane.Rollout?.State is not { IsOpen: true } rollout) return lane.State.Current ?? "nothing";
        var share = Share(lane);
        if (rollout.Promoted)
            return share is < 1 ? $"{rollout.Candidate}, held back from {Steps.Percent(1 - share.Value)}"
                : rollout.Candidate;
        if (lane.Route?.To is Exposure.Mirror mirror)
            return $"{rollout.Stable} -> {rollout.Candidate}, copies of {Steps.Percent(mirror.Share)}";
        return $"{rollout.Stable ?? "nothing"} -> {rollout.Candidate}{(share is { } s ? $" {Steps.Percent(s)}" : "")}";
    }

    /// <summary>The candidate's share of users as the node reports it; null while nothing is known.</summary>
    public static double? Share(LaneView lane) => lane.Route?.To is Exposure.Fraction fraction ? fraction.Share : null;

    public static string Of(RunState run) => run switch
    {
        { Outcome: RunOutcome.Succeeded } => "built and tested",
        { Outcome: { } outcome } => $"{outcome}: {run.Says}",
        _ => string.Join(", ", run.Jobs.Select(job => $"{job.Name} {Of(job.Phase)}")),
    };

    private static string Of(JobPhase phase) => phase switch
    {
        JobPhase.Waiting => "waits",
        JobPhase.Running => "runs",
        JobPhase.Succeeded => "is done",
        JobPhase.Failed => "failed",
        JobPhase.Skipped => "is skipped",
        _ => "is lost",
    };

    /// <summary>Counts and estimate behind a verdict, in one line.</summary>
    public static string Of(EvidenceSummary evidence)
    {
        // What is wrong with an answer to a copy need not be that it failed.
        var failed = evidence.Method.StartsWith("signal: shadow", StringComparison.Ordinal) ? "are bad" : "failed";
        var counts = $"candidate {evidence.CandidateFailures:N0} of {evidence.CandidateRequests:N0} {failed}, "
            + $"stable {evidence.StableFailures:N0} of {evidence.StableRequests:N0}";
        var risk = evidence.RelativeRisk is { } estimate
            ? $"; failures {estimate:0.##} times as likely ({evidence.RelativeRiskLow:0.##} to "
              + $"{(evidence.RelativeRiskHigh is { } high ? $"{high:0.##}" : "any number")})"
            : "";
        return $"{counts}{risk}; e = {Math.Exp(Math.Min(evidence.LogE, 700)):G3} of "
            + $"{Math.Exp(evidence.LogEToRollBack):0.#} to roll back";
    }
}
