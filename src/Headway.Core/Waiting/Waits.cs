using Headway.Core.Environments;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Signals;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;

namespace Headway.Core.Waiting;

/// <summary>Why a lane does not move, and what would move it.</summary>
public static class Waits
{
    public static Wait Of(LaneState lane, RolloutState? open, Seen? seen)
    {
        if (open is { IsOpen: true }) return OfRollout(open, seen);
        if (lane.Hold is { } hold)
            return new(WaitKind.Hold, lane.Lane, hold.Release is null ? $"Everything is held: {hold.Why}"
                : hold.Release == lane.Current
                    ? $"{hold.Why} It is the only release there is, so users keep it." : $"Turned away and held. {hold.Why}",
                $"A newer release, or `headway resume {lane.Service} --environment {lane.Environment}`.", hold.Since, null);
        if (lane.Queued is { Back: false, Commit: null } unwritten)
            return new(WaitKind.Intent, lane.Lane, $"{unwritten.Release} is being written into the state repo.", null, null, null);
        if (lane.Queued is { } queued)
            return new(WaitKind.OlderRollout, lane.Lane, $"{queued.Release} starts next.", null, null, null);
        if (lane.EmptiedWhy is { } empty)
            return new(WaitKind.Environment, lane.Lane, $"Nothing runs here any more: {empty}", "A newer release.", null, null);
        return lane.Current is null
            ? new(WaitKind.NoRelease, lane.Lane, "No release has come this far yet.", "A commit that passes its jobs.", null, null)
            : new(WaitKind.Nothing, lane.Lane, $"{lane.Current} is out and nothing newer waits.", null, null, null);
    }

    public static Wait OfRollout(RolloutState rollout, Seen? seen)
    {
        var since = (DateTimeOffset?)rollout.StepStartedAt;
        Wait Says(WaitKind kind, string says, string? unblocks, DateTimeOffset? until = null) =>
            new(kind, rollout.Id, says, unblocks, since, until);

        if (seen?.Parts.Values.Select(p => p.Problem).FirstOrDefault(p => p is not null) is { } problem)
            return Says(WaitKind.NodeUnreachable, problem, "The node coming back; users are served meanwhile.");
        if (rollout.Phase == RolloutPhase.GoingBack)
            return Says(WaitKind.RollingBack, $"Going back to {rollout.Stable ?? "nothing"}: {rollout.CauseSays}", null);
        if (rollout.PausedWhy is { } paused)
            return Says(WaitKind.Paused, $"Paused: {paused}", $"`headway rollouts resume {rollout.Id}`");
        return rollout.CurrentStep switch
        {
            Step.Place => Says(WaitKind.Placing, $"{rollout.Candidate} is starting.", null),
            Step.Run run => Says(WaitKind.Checking, $"`{run.Command}` runs against {rollout.Candidate}.", null),
            Step.Await wait => Says(WaitKind.Person, wait.Why, $"`headway rollouts promote {rollout.Id}`"),
            Step.Watch { For: WatchFor.HoldBack } watch => Says(WaitKind.HoldBack,
                rollout.Stable is null ? $"{rollout.Candidate} is promoted; its limits are watched for a while."
                    : $"{rollout.Candidate} is promoted; {rollout.Stable} is kept while the judge keeps looking.",
                "Nothing is needed; a newer release ends it at once.", rollout.StepStartedAt + watch.AtLeast),
            Step.Watch { For: WatchFor.Load } => UnderLoad(rollout, seen?.Verdict ?? rollout.LastVerdict, Says),
            Step.Watch => Watching(rollout, seen?.Verdict ?? rollout.LastVerdict, Says),
            { } step => Says(WaitKind.Placing, $"Waits to see this done: {Steps.Says(step)}.", null),
            null => Says(WaitKind.Nothing, "Nothing is left to do.", null),
        };
    }

    private static Wait Watching(
        RolloutState rollout, Verdict? verdict, Func<WaitKind, string, string?, DateTimeOffset?, Wait> says)
    {
        var promote = $"`headway rollouts promote {rollout.Id}` or `headway rollouts abort {rollout.Id}`";
        return verdict switch
        {
            { Kind: VerdictKind.NoEvidence } when rollout.CurrentStep is Step.Watch { For: WatchFor.Answers } =>
                says(WaitKind.NoEvidence, verdict.Says, $"Requests that can be copied to the candidate, or {promote}.", null),
            { Unseen: { } unseen } => says(
                unseen.Kind == VerdictKind.SourceDown ? WaitKind.SourceDown : WaitKind.NoEvidence, verdict.Says,
                $"{unseen.Name} being seen again, {GoOn(unseen)} in headway.yaml, or {promote}.", null),
            { Kind: VerdictKind.NoEvidence } =>
                says(WaitKind.NoEvidence, verdict.Says, $"{MoreRequests(verdict)}, or {promote}.", null),
            { Kind: VerdictKind.Hold, Asks: true }
                when verdict.Evidence.Method.StartsWith(AllSignals.Method, StringComparison.Ordinal) =>
                says(WaitKind.Person, verdict.Says, promote, null),
            { Kind: VerdictKind.Hold } => says(WaitKind.Incident, verdict.Says, "The incident ending.", null),
            { Kind: VerdictKind.Inconclusive } => says(WaitKind.Person, verdict.Says, promote, null),
            { } => says(WaitKind.Evidence, verdict.Says,
                verdict.Evidence.CandidateTrials == 0 && !StandIn(verdict) ? $"{MoreRequests(verdict)}." : null,
                verdict.Evidence.MoreSeconds is { } more ? rollout.StepStartedAt.AddSeconds(verdict.Evidence.ClockSeconds + more) : null),
            null => says(WaitKind.Evidence, "The judge has not seen anything yet.", "Requests to the candidate.", null),
        };
    }

    /// <summary>What lets the rest decide; telemetry is watched without being written, so all of it is said.</summary>
    private static string GoOn(SignalSummary signal) => signal.Source == "telemetry"
        ? $"`evidence: {{ {signal.Name}: {{ telemetry: expected, missing: go on }} }}`" : "`missing: go on` at it";

    /// <summary>A service that hardly anybody uses is told what could stand in for users.</summary>
    private static string MoreRequests(Verdict verdict) => StandIn(verdict)
        ? "Requests to the candidate"
        : "Requests to the candidate, or a `journey` under `evidence:` in headway.yaml, which stands in for users";

    private static bool StandIn(Verdict verdict) => verdict.Signals.Any(signal => signal.StandsForUsers);

    private static Wait UnderLoad(
        RolloutState rollout, Verdict? verdict, Func<WaitKind, string, string?, DateTimeOffset?, Wait> says) =>
        verdict?.Kind is VerdictKind.NoEvidence or VerdictKind.Inconclusive or VerdictKind.SourceDown
            ? says(WaitKind.Person, $"After the load: {verdict.Says}",
                $"`headway rollouts promote {rollout.Id}` or `headway rollouts abort {rollout.Id}`", null)
            : says(WaitKind.Checking, $"{rollout.Candidate} is under load. {verdict?.Says}".TrimEnd(), null,
                rollout.StepStartedAt + ((Step.Watch)rollout.CurrentStep!).AtLeast);
}
