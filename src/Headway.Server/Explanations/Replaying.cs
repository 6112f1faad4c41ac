using System.Collections.Immutable;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Storage;

namespace Headway.Server.Explanations;

/// <summary>Judges past rollouts again, from the evidence that was kept of them, with another configuration.</summary>
public sealed class Replaying(IEventStore store, Ledger ledger, TimeProvider time)
{
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <param name="ask">What is changed.</param>
    /// <param name="spec">The specification in <paramref name="ask"/>, read; null keeps the candidate's.</param>
    /// <returns>Null when there is no such rollout.</returns>
    public async Task<ReplayedRollout?> OfAsync(string id, ReplayAsk ask, ServiceSpec? spec, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            return await PastRollout.LoadAsync(store, ledger, id, stop) is { } past
                ? await ReplayAsync(past, ask, spec, stop) : null;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<ReplayedRollout> ReplayAsync(
        PastRollout past, ReplayAsk ask, ServiceSpec? spec, CancellationToken stop)
    {
        var state = past.State;
        var (settings, notes) = SettingsOf(past, ask, spec);
        var then = new Rejudged(new(state, past.History, past.Spec), state);
        var now = new Rejudged(new(state, past.History, spec ?? past.Spec, settings), state);
        var batches = 0L;
        await foreach (var second in new Rewatching(store, past).SecondsAsync(past.DecidedAt ?? time.GetUtcNow(), stop))
        {
            batches += second.Seen.Batches.Length;
            then.Look(second);
            now.Look(second);
        }

        var (old, other) = (then.Says(then.Unsure), now.Says(then.Unsure));
        var agreement = batches == 0 ? ReplayAgreement.EvidenceGone : Compare(old, other);
        if (past.RolledBackAt is not null && agreement == ReplayAgreement.WouldNotHave)
            notes = notes.Add("It was taken back then, so nothing is known of what the candidate would have done "
                + "after that.");
        if (ByEvidence(state) != (old.Kind == VerdictKind.Rollback) && batches > 0)
            notes = notes.Add(ByEvidence(state)
                ? "Replayed with its own configuration it is not taken back: evidence is missing, or a node spent "
                + "its slice of the budget by itself."
                : "Replayed with its own configuration it is taken back in the last second or two, which the server "
                + "had not judged yet.");
        return new(state.Id, state.Candidate, state.StartedAt, state.End, state.Cause, agreement, old, other)
        {
            LaterBySeconds = old.Kind == VerdictKind.Rollback && other.Kind == VerdictKind.Rollback
                ? other.Seconds - old.Seconds : null,
            Notes = notes,
        };
    }

    private static (JudgeSettings, ImmutableArray<string>) SettingsOf(PastRollout past, ReplayAsk ask,
        ServiceSpec? spec)
    {
        var notes = ImmutableArray<string>.Empty;
        var settings = LaneJudge.SettingsOf(past.State);
        if (spec?.Environments.FirstOrDefault(e => e.Name == past.State.Environment) is { } environment)
        {
            var (budget, note) = ErrorBudget.FailedRequestsOf(environment, spec.Objectives, past.History);
            settings = settings with { BudgetFailedRequests = budget };
            if (note is not null) notes = notes.Add(note);
        }
        else if (spec is not null)
            notes = notes.Add($"That specification has no environment `{past.State.Environment}`, so the budget of "
                + $"then is kept.");
        if (ask.Exposure is { } exposure) settings = settings with { BudgetFailedRequests = exposure };
        if (ask.Alpha is { } alpha) settings = settings with { Alpha = alpha };
        var recorded = past.Spec?.SignalsOf(past.State.Environment, past.State.Stable) ?? [];
        var missing = (spec?.SignalsOf(past.State.Environment, past.State.Stable) ?? [])
            .Where(s => recorded.All(old => old.Name != s.Name)).Select(s => s.Name).ToArray();
        if (missing.Length > 0)
            notes = notes.Add($"Nothing was recorded of {string.Join(", ", missing)}, which the release did not "
                + $"have: not judged on it.");
        return (settings, notes);
    }

    private static bool ByEvidence(RolloutState state) =>
        state.Cause is RollbackCause.ProvenWorse or RollbackCause.BudgetSpent
        || (state.End == RolloutEnd.PastReturn && state.LastVerdict?.Kind == VerdictKind.Rollback);

    private static ReplayAgreement Compare(JudgedAgain then, JudgedAgain now) => (then.Kind, now.Kind) switch
    {
        (VerdictKind.Rollback, VerdictKind.Rollback) => ReplayAgreement.Agrees,
        (VerdictKind.Rollback, _) => ReplayAgreement.WouldNotHave,
        (_, VerdictKind.Rollback) => ReplayAgreement.WouldHaveRolledBack,
        (not VerdictKind.Hold, VerdictKind.Hold) => ReplayAgreement.WouldHaveAsked,
        _ => ReplayAgreement.Agrees,
    };

    /// <summary>What one judge says over a rollout; its first rollback ends it.</summary>
    private sealed class Rejudged(LaneJudge judge, RolloutState rollout)
    {
        private Verdict? last, decided, asked;
        private double decidedAt, askedAt;
        private int step = -1;
        private bool sure;

        /// <summary>Steps that had passed by proof before this judge was sure of them.</summary>
        public HashSet<int> Unsure { get; } = [];

        public void Look(RewatchedSecond second)
        {
            if (decided is not null) return;
            var state = second.State;
            if (state.Step != step)
            {
                var passed = step >= 0 && rollout.Plan.Steps[step] is Step.Watch { For: WatchFor.Users }
                    && rollout.History.Any(h => h.Step == step && h.Proof == PassedBy.Promote);
                if (passed && !sure) Unsure.Add(step);
                (step, sure) = (state.Step, false);
            }

            last = Rewatching.Show(judge, second);
            sure |= last.Kind == VerdictKind.Promote;
            var seconds = (second.Second - rollout.StartedAt).TotalSeconds;
            if (last.Kind == VerdictKind.Rollback) (decided, decidedAt) = (last, seconds);
            if (last is { Kind: VerdictKind.Hold, Asks: true } && asked is null) (asked, askedAt) = (last, seconds);
        }

        /// <param name="excused">Of these the judge of then is not sure either when it is replayed, which is not exact
        /// to the second.</param>
        public JudgedAgain Says(HashSet<int> excused) => Says(Unsure.Count(s => !excused.Contains(s)));

        private JudgedAgain Says(int unproven) => (decided, asked, last) switch
        {
            ({ } back, _, _) => new(VerdictKind.Rollback, Math.Round(decidedAt), back.Says, unproven),
            (_, { } hold, _) => new(VerdictKind.Hold, Math.Round(askedAt), hold.Says, unproven),
            (_, _, { } end) => new(end.Kind is VerdictKind.Hold ? VerdictKind.KeepWatching : end.Kind, null,
                end.Says, unproven),
            _ => new(VerdictKind.NoEvidence, null, "There is no evidence of it.", unproven),
        };
    }
}
