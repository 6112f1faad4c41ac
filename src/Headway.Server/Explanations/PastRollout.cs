using System.Collections.Immutable;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Storage;

namespace Headway.Server.Explanations;

/// <summary>A rollout as it went, with what its judge knew when it began.</summary>
/// <param name="State">As it is now.</param>
/// <param name="Events">Everything that happened to it, in order.</param>
/// <param name="Spec">Of the candidate.</param>
internal sealed record PastRollout(
    RolloutState State, ImmutableArray<Recorded<RolloutEvent>> Events, StableHistory History, ServiceSpec? Spec)
{
    public DateTimeOffset? RolledBackAt =>
        Events.Where(e => e.Event is RolloutEvent.RollbackStarted).Select(e => (DateTimeOffset?)e.At).FirstOrDefault();

    /// <summary>
    /// End of the second in which nothing more was to be decided: taken back or ended; null while open.
    /// </summary>
    public DateTimeOffset? DecidedAt =>
        (RolledBackAt ?? State.EndedAt) is { } at ? Seconds.Floor(at).AddSeconds(1) : null;

    public static async Task<PastRollout?> LoadAsync(
        IEventStore store, Ledger ledger, string id, CancellationToken stop)
    {
        var events = await store.LoadAsync<RolloutEvent>(LaneStreams.Rollout(id), stop);
        if (RolloutEvolution.Fold(events) is not { } state) return null;
        var history = state.Stable is null ? StableHistory.None
            : await LaneJudging.HistoryAsync(store, state.Lane, state.Stable, state.StartedAt, stop);
        return new(state, events, history, ledger.Release(state.Candidate)?.Spec);
    }
}
