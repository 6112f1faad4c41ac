using System.Collections.Immutable;
using Headway.Core.Delivery;
using Headway.Core.Rollouts;
using Headway.Server.Journal;
using Headway.Server.Storage;

namespace Headway.Server.Delivery;

/// <summary>Records what people say of releases, which wakes the lane that waits for it.</summary>
public sealed class ApprovalBook(IEventStore store, LedgerReader reader)
{
    private const int Tries = 5;

    /// <param name="decide">On what is recorded: what happens, or why not.</param>
    public async Task<Refusal?> RecordAsync(
        string service, string environment, string actor, Func<ApprovalState, (ApprovalEvent? Event, Refusal? Refusal)> decide,
        CancellationToken stop)
    {
        var stream = $"approvals/{service}/{environment}";
        for (var attempt = 1; ; attempt++)
            try
            {
                var state = (await store.LoadAsync<ApprovalEvent>(stream, stop)).Aggregate(ApprovalState.Empty, ApprovalState.Evolve);
                var (happened, refusal) = decide(state);
                if (happened is null) return refusal;
                await store.AppendAsync(stream, state.Version, actor, ImmutableArray.Create(happened), stop);
                reader.Poke();
                return null;
            }
            catch (VersionConflictException) when (attempt < Tries)
            {
                // Somebody else said something at the same moment: decide again with it.
            }
    }
}
