using Headway.Server.Journal;
using Headway.Core.Environments;
using Headway.Core.Releases;
using Headway.Core.Waiting;

namespace Headway.Server.Rollouts;

/// <param name="Wanted">What the lane should want now, or null.</param>
/// <param name="By">Who wants it.</param>
/// <param name="Gate">What keeps it from that, or null.</param>
internal sealed record Promotion(LaneEvent? Wanted, string By, Wait? Gate)
{
    public static readonly Promotion None = new(null, LaneTurn.System, null);
}

/// <summary>Which release the stage before a lane has ready for it: the pipeline, or the environment before.</summary>
internal static class Promotions
{
    /// <summary>The newest release that the lane should want, or the gate that keeps it from that.</summary>
    public static Promotion Of(LaneWorld world, LaneState lane)
    {
        if ((Wished(world, lane) ?? Newer(world.Ledger, lane)) is not var (release, wanted, by)) return Promotion.None;
        var gate = world.Gates.Select(each => each(release, lane.Environment)).FirstOrDefault(each => each is not null);
        return gate is null ? new(wanted, by, null) : new(null, by, gate);
    }

    /// <summary>A release that a person's commit wants comes whatever its number is.</summary>
    private static (Release Release, LaneEvent Wanted, string By)? Wished(LaneWorld world, LaneState lane) =>
        world.Wishes?.Of(lane.Lane) is { } wish && lane.Queued is not { Back: true } && world.Ledger.Release(wish.Release) is { } release
            ? (release, new LaneEvent.PromotionDecided(
                release.Id, release.Number, $"{wish.Subject} ({wish.Commit[..8]} in the state repo)") { Revision = release.Revision }, wish.By) : null;

    private static (Release Release, LaneEvent Wanted, string By)? Newer(Ledger ledger, LaneState lane) =>
        Ready(ledger, lane) is { } ready && LaneDecider.Promote(lane, (ready.Release.Id, ready.Release.Number, ready.Release.Revision), ready.Why) is { } wanted
            ? (ready.Release, wanted, LaneTurn.System) : null;

    private static (Release Release, string Why)? Ready(Ledger ledger, LaneState lane)
    {
        if (ledger.Service(lane.Service) is not { Newest: { } newest } service) return null;
        var index = service.Environments.ToList().FindIndex(e => e.Name == lane.Environment);
        if (index < 0) return null;
        if (index == 0) return Configured(ledger, lane, newest, "It passed its pipeline.");
        var before = ledger.Lane(lane.Service, service.Environments[index - 1].Name);
        return before.Current is { } current && ledger.Release(current) is { } release
            ? Configured(ledger, lane, release, $"It was promoted in {before.Environment}.") : null;
    }

    private static (Release Release, string Why) Configured(Ledger ledger, LaneState lane, Release release, string why)
    {
        var configured = ledger.Configured(release, lane.Environment);
        return (configured, configured.Revision > 0 && lane.Newest == configured.Number ? $"Its configuration has changed (c{configured.Revision})." : why);
    }

    /// <summary>The lane after this one, which may have something to take now.</summary>
    public static string? After(Ledger ledger, string service, string environment)
    {
        var environments = ledger.Service(service)?.Environments ?? [];
        var index = environments.ToList().FindIndex(e => e.Name == environment);
        return index >= 0 && index + 1 < environments.Length ? $"{service}/{environments[index + 1].Name}" : null;
    }
}
