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
    public static async Task<LaneJudge> RestoreAsync(
        LaneWorld world, RolloutState open, DateTimeOffset now, CancellationToken stop)
    {
        var history = open.Stable is null ? StableHistory.None
            : await HistoryAsync(world.Store, open.Lane, open.Stable, open.StartedAt, stop);
        var judge = new LaneJudge(open, history, Availability(world, open.Candidate));
        var steps = new Queue<StepRecord>(open.History
            .Where(h => h.Step < open.Plan.Steps.Length && open.Plan.Steps[h.Step] is Step.Watch));
        var batches = await world.Store.ReadEvidenceAsync(open.Lane, open.StartedAt, now + Past, stop);
        foreach (var second in batches.GroupBy(b => b.Second).OrderBy(g => g.Key))
        {
            while (steps.TryPeek(out var next) && next.StartedAt < second.Key.AddSeconds(1))
                judge.StepStarted(next.Step, StepFor(open, steps.Dequeue().Step, next.StartedAt));
            foreach (var batch in second.OrderBy(b => b.Node, StringComparer.Ordinal).ThenBy(b => b.Sequence))
                judge.Observe(batch);
            judge.Assess(open, second.Key.AddSeconds(1));
        }
        while (steps.TryDequeue(out var last)) judge.StepStarted(last.Step, StepFor(open, last.Step, last.StartedAt));
        return judge;
    }

    public static double? Availability(LaneWorld world, string release) =>
        world.Ledger.Release(release)?.Spec.Objectives.Availability;

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
        if (memory.Judge is null) return LaneMemory.NothingSeen.Verdict;
        if (open.CurrentStep is Step.Watch) memory.Judge.StepStarted(open.Step, StepFor(open, open.Step, now));
        var verdict = memory.Judge.Assess(open, now);
        return open.CurrentStep is Step.Watch || verdict.Kind == VerdictKind.Rollback
            ? verdict
            : verdict with { Kind = VerdictKind.KeepWatching };
    }
}
