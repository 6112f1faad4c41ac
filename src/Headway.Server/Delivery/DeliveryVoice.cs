using Headway.Core.Access;
using Headway.Core.Delivery;
using Headway.Core.Environments;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Server.Rollouts;

namespace Headway.Server.Delivery;

/// <summary>Yes or no to a release, from wherever it is said.</summary>
public sealed class DeliveryVoice(DeliveryDesk desk, ApprovalBook book, LaneTurns turns, TimeProvider time)
{
    public Task<Refusal?> ApproveAsync(string environment, Release release, Principal who, string why, CancellationToken stop) =>
        book.RecordAsync(release.Service, environment, who.Name,
            state => ApprovalRules.Approve(state, release, who, (desk.Question(release, environment), time.GetUtcNow()), why), stop);

    /// <summary>A rejected release is held like one that was turned away: a newer one ends it.</summary>
    public async Task<Refusal?> RejectAsync(string environment, Release release, Principal who, string why, CancellationToken stop)
    {
        if (await turns.LaneCommandAsync($"{release.Service}/{environment}",
            _ => (new LaneEvent.ReleaseRejected(release.Id, release.Number, $"{who.Name} rejected {release.Id}: {why}") { Revision = release.Revision }, null), who.Name, stop) is { } refusal)
            return refusal;
        return await book.RecordAsync(release.Service, environment, who.Name, _ => (new ApprovalEvent.Rejected(release.Id, who.Name, why), null), stop);
    }
}
