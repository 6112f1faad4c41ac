using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Server.Storage;

namespace Headway.Server.Rollouts;

/// <summary>Keeps the judge of a lane's open rollout supplied: from the store after a start, from new batches after that.</summary>
internal static class LaneJudging
{
    public static readonly TimeSpan Past = TimeSpan.FromMinutes(10);

    /// <summary>What stable was like before a rollout began.</summary>
    public static async Task<StableHistory> HistoryAsync(
        IEventStore store, string lane, string stable, DateTimeOffset before, CancellationToken stop)
    {
        var batches = await store.ReadEvidenceAsync(lane, before - Past, before, stop);
        return PastEvidence.HistoryOf(batches, stable);
    }

    /// <summary>The judge as it would be had this process watched from the start.</summary>
    public static async Task<Judge?> RestoreAsync(
        IEventStore store, RolloutState open, DateTimeOffset now, CancellationToken stop)
    {
        if (open.Stable is null) return null;
        var history = await HistoryAsync(store, open.Lane, open.Stable, open.StartedAt, stop);
        var batches = await store.ReadEvidenceAsync(open.Lane, open.StartedAt, now + Past, stop);
        var steps = open.History
            .Where(h => h.Step < open.Plan.Steps.Length && open.Plan.Steps[h.Step] is Step.Watch)
            .Select(h => StepFor(open, h.Step, h.StartedAt));
        return Judge.Replay(Settings(open), history, new(open.Lane, open.Stable, open.Candidate), steps, batches);
    }

    public static JudgeSettings Settings(RolloutState open) =>
        new(BudgetFailedRequests: open.Rules.BudgetFailedRequests);

    public static JudgeStep StepFor(RolloutState open, int index, DateTimeOffset at)
    {
        var watch = (Step.Watch)open.Plan.Steps[index];
        var shares = open.Plan.Steps.Select((s, i) => (Share: (s as Step.Expose)?.To.ShareOfUsers, i)).ToArray();
        var share = shares.Where(s => s.i < index && s.Share is not null).Select(s => s.Share!.Value).LastOrDefault();
        var next = shares.Where(s => s.i > index && s.Share is not null).Select(s => s.Share).FirstOrDefault() ?? 1;
        return new(at, share, next, watch.AtLeast, watch.AtMost, watch.Requests);
    }

    /// <summary>What the judge says of the current step; other steps than watches ask it only about harm.</summary>
    public static Verdict Assess(LaneMemory memory, DateTimeOffset now)
    {
        if (memory.Open is not { Phase: RolloutPhase.Advancing } open) return LaneMemory.NothingSeen.Verdict;
        if (memory.Judge is null) return Verdict.None("There is no earlier release to compare with.");
        if (open.CurrentStep is Step.Watch && memory.JudgedStep != open.Step)
        {
            memory.Judge.StepStarted(StepFor(open, open.Step, now));
            memory.JudgedStep = open.Step;
        }
        var verdict = memory.Judge.Assess(now);
        return open.CurrentStep is Step.Watch || verdict.Kind == VerdictKind.Rollback
            ? verdict
            : verdict with { Kind = VerdictKind.KeepWatching };
    }

}
