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

    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

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
        var judge = new LaneJudge(open, history, world.Ledger.Release(open.Candidate)?.Spec);
        var steps = new Queue<StepRecord>(open.History
            .Where(h => h.Step < open.Plan.Steps.Length && open.Plan.Steps[h.Step] is Step.Watch));
        var batches = await world.Store.ReadEvidenceAsync(open.Lane, open.StartedAt, now + Past, stop);
        var samples = await world.Store.ReadSamplesAsync(open.Lane, open.StartedAt, now + Past, stop);
        var told = open.StartedAt;
        foreach (var (second, seen) in EvidenceSeconds.Of(batches, samples))
        {
            // Clocks run on in the seconds between two looks; not while nobody watched at all.
            if (second - told <= LongestSilence)
                for (var silent = told.AddSeconds(1); silent < second; silent = silent.AddSeconds(1))
                    judge.Assess(open, silent);
            told = second;
            while (steps.TryPeek(out var next) && next.StartedAt < second.AddSeconds(1))
                judge.StepStarted(next.Step, StepFor(open, steps.Dequeue().Step, next.StartedAt));
            foreach (var batch in seen.Batches) judge.Observe(batch);
            foreach (var sample in seen.Samples) judge.Observe(sample);
            judge.Assess(open, second.AddSeconds(1));
        }
        while (steps.TryDequeue(out var last)) judge.StepStarted(last.Step, StepFor(open, last.Step, last.StartedAt));
        return judge;
    }

    public static JudgeStep StepFor(RolloutState open, int index, DateTimeOffset at) => WatchedSteps.Of(open, index, at);

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
