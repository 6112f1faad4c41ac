using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Explanations;
using Headway.Core.Rollouts;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Storage;

namespace Headway.Server.Explanations;

/// <summary>
/// Explains rollouts from their kept evidence; after that has gone, from what was kept of the explanation.
/// </summary>
public sealed class Explaining(
    IEventStore store, StorageOptions options, Ledger ledger, KeptExplanations kept, TimeProvider time)
{
    /// <summary>Explaining a long rollout costs seconds of one core; whoever asks meanwhile waits.</summary>
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Null when there is no such rollout.</summary>
    public async Task<Explanation?> OfAsync(string id, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            if (await PastRollout.LoadAsync(store, ledger, id, stop) is not { } past) return null;
            var old = past.State.IsOpen ? null : await kept.ReadAsync(past.State, stop);
            if (time.GetUtcNow() - past.State.StartedAt > options.EvidenceFor) return old ?? FromVerdict(past.State);
            var explanation = await ExplainAsync(past, stop);
            if (!past.State.IsOpen && old is not { AtPlansEnd: null, RolledBackAt: null })
                await kept.KeepAsync(past.State, explanation, stop);
            return explanation;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Explanation> ExplainAsync(PastRollout past, CancellationToken stop)
    {
        var rollout = past.State;
        var settings = LaneJudge.SettingsOf(rollout);
        var judge = new LaneJudge(rollout, past.History, past.Spec);
        var recording = new ExplanationRecording(rollout, settings, past.History);
        var now = time.GetUtcNow();
        var until = past.DecidedAt ?? now;
        await foreach (var second in new Rewatching(store, past).SecondsAsync(until, stop))
            recording.Look(second.Second, second.State, second.Seen.Batches, Rewatching.Show(judge, second));
        var ahead = past.RolledBackAt is { } at ? recording.Ahead(at) : [];
        var end = until + new TimeSpan(ahead.Sum(a => a.For.Ticks));
        var traffic = past.RolledBackAt is null ? [] : await TrafficAsync(rollout.Lane, until, end < now ? end
            : now, stop);
        MissedExposure? Missed(DateTimeOffset to) => past.RolledBackAt is { } back
            ? MissedExposure.Of(ahead, back, to, traffic, recording.RequestsPerSecond) : null;
        return recording.Finish(until, past.RolledBackAt, Missed(now), Missed(end)) with { Notes = Notes(past) };
    }

    /// <summary>Requests of the lane by second.</summary>
    private async Task<Dictionary<DateTimeOffset, long>> TrafficAsync(
        string lane, DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        var traffic = new Dictionary<DateTimeOffset, long>();
        var stretch = TimeSpan.FromMinutes(10);
        for (; from < to; from += stretch)
            foreach (var batch in await store.ReadEvidenceAsync(lane, from, from + stretch < to ? from + stretch
                : to, stop))
                traffic[Seconds.Floor(batch.Second)] = traffic.GetValueOrDefault(Seconds.Floor(batch.Second))
                    + batch.Stable.Requests + (batch.Candidate?.Requests ?? 0);
        return traffic;
    }

    private static ImmutableArray<string> Notes(PastRollout past)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        var delay = PastEvidence.DelayOf(past.History).TotalSeconds;
        notes.Add($"The curve runs in the time of the evidence. A second is closed {delay:0.#} s after it ends, so "
            + $"what was "
            + "decided came that much later.");
        if (past.State.Stable is null)
            notes.Add("A first release has nothing to be compared with: only the absolute limit judged it.");
        if (past.Spec is null)
            notes.Add($"The specification of {past.State.Candidate} is not known here, so its signals and "
                + $"objectives are left out.");
        return notes.ToImmutable();
    }

    /// <summary>
    /// What the record itself holds: the verdict with its numbers, without curve, routes and instances.
    /// </summary>
    private static Explanation FromVerdict(RolloutState state)
    {
        var verdict = state.LastVerdict ?? Verdict.None("Nothing was judged.");
        return new(
            state.Id, state.Lane, state.Stable, state.Candidate, state.StartedAt, state.EndedAt ?? state.StartedAt,
            verdict.Kind, verdict.Evidence.Method, state.CauseSays ?? state.EndSays ?? verdict.Says)
        {
            Cause = state.Cause,
            Curve = EvidenceCurve.Empty,
            Users = verdict.Evidence,
            Signals = verdict.Signals,
            Notes = ["The evidence of this rollout has been let go, and no explanation was kept. The numbers are "
                + "those of the verdict in the record."],
        };
    }
}
