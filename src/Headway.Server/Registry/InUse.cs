using Headway.Server.Journal;

namespace Headway.Server.Registry;

/// <summary>
/// What lanes need: digests of releases that run, are wanted, are on trial, or could be gone back to, each with the
/// reason; and the newest release of each service, which is wanted next. Nothing of it is ever deleted.
/// </summary>
public sealed class InUse(Ledger ledger)
{
    public IReadOnlyDictionary<string, string> Digests()
    {
        var held = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var lane in ledger.Lanes)
        {
            Hold(lane.Current, $"runs in {lane.Lane}");
            Hold(lane.Queued?.Release, $"is wanted in {lane.Lane}");
            Hold(lane.Hold?.Release, $"is held in {lane.Lane}");
            foreach (var good in lane.Good) Hold(good, $"{lane.Lane} could go back to it");
        }
        foreach (var rollout in ledger.Rollouts.Where(rollout => rollout.IsOpen))
        {
            Hold(rollout.Candidate, $"is on trial in {rollout.Lane}");
            Hold(rollout.Stable, $"runs in {rollout.Lane}");
        }
        foreach (var service in ledger.Services) Hold(service.Newest?.Id, $"is the newest release of {service.Name}");
        return held;

        void Hold(string? release, string why)
        {
            if (release is null || ledger.Release(release) is not { } found) return;
            held.TryAdd(found.ArtifactDigest, $"{found.Id} {why}");
            if (found.ManifestDigest is { } manifest) held.TryAdd(manifest, $"{found.Id} {why}");
        }
    }

    /// <summary>Throws when one of them is needed.</summary>
    public void Refuse(IEnumerable<string> digests)
    {
        var held = Digests();
        foreach (var digest in digests)
            if (held.TryGetValue(digest, out var why))
                throw new RegistryRefusedException(RefusedFor.InUse, $"It cannot be deleted: {why}.", [digest]);
    }
}
