using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Core.Scans;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Storage;

namespace Headway.Server.Scans;

/// <summary>The writer of what people say about findings. The lanes of the service look again at once.</summary>
public sealed class TriageBook(IEventStore store, Ledger ledger, LaneTurns turns, TimeProvider time)
{
    public Task<Refusal?> TriageAsync(string service, TriageAsked asked, string actor, CancellationToken stop) =>
        WriteAsync(service, actor, state =>
        {
            var now = time.GetUtcNow();
            var until = asked.Until ?? now + Triage.Otherwise;
            return state.WhyRefused(asked.Subject, asked.Why ?? "", until, now) is { } refused
                ? (null, new Refusal("scans.triage", refused))
                : (new ScanEvent.Triaged(asked.Subject.Trim(), asked.Kind, asked.Why!.Trim(), until), null);
        }, stop);

    public Task<Refusal?> WithdrawAsync(string service, TriageWithdrawAsked asked, string actor, CancellationToken stop) =>
        WriteAsync(service, actor, state => state.Entries.Any(entry =>
                entry.Subject.Equals(asked.Subject, StringComparison.OrdinalIgnoreCase))
            ? (new ScanEvent.TriageWithdrawn(asked.Subject, asked.Why), null)
            : (null, new Refusal("scans.notTriaged", $"Nothing was decided about `{asked.Subject}`.")), stop);

    public Task<Refusal?> AddAsync(string service, string release, JobResult result, string actor, CancellationToken stop) =>
        WriteAsync(service, actor, _ => (new ScanEvent.ResultAdded(release, result), null), stop);

    private async Task<Refusal?> WriteAsync(
        string service, string actor, Func<Triage, (ScanEvent?, Refusal?)> decide, CancellationToken stop)
    {
        var stream = ScanEvent.StreamOf(service);
        while (true)
            try
            {
                var state = Triage.Fold(await store.LoadAsync<ScanEvent>(stream, stop));
                var (happened, refusal) = decide(state);
                if (happened is null) return refusal;
                await store.AppendAsync<ScanEvent>(stream, state.Version, actor, [happened], stop);
                foreach (var environment in ledger.Service(service)?.Environments ?? []) turns.Wake(service, environment.Name);
                return null;
            }
            catch (VersionConflictException)
            {
                // Somebody else wrote in the same moment; decide on what there is now.
            }
    }
}
