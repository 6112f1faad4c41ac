using System.Collections.Immutable;
using Headway.Server.Journal;
using Headway.Core.Environments;
using Headway.Core.Releases;
using Headway.Core.Services;
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
        if ((Wished(world, lane) ?? Newer(world.Ledger, lane)) is not var (release, wanted, by))
            return Uneven(world.Ledger, lane) is { } wait ? new(null, LaneTurn.System, wait) : Promotion.None;
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
        if (ledger.Service(lane.Service) is not { Newest: { } newest } service
            || PromotionOrder.IndexOf(service.Environments, lane.Environment) < 0) return null;
        var before = PromotionOrder.Before(service.Environments, lane.Environment);
        if (before.IsEmpty) return Configured(ledger, lane, newest, "It passed its pipeline.");
        return OutIn(ledger, lane.Service, before) is { } release ? Configured(ledger, lane, release, $"It was promoted in {Words(before)}.") : null;
    }

    /// <summary>The release that is out in all of them, in whatever configuration; null where they differ.</summary>
    public static Release? OutIn(Ledger ledger, string service, ImmutableArray<string> environments)
    {
        var there = environments.Select(each => ledger.Lane(service, each).Current).ToList();
        return there.All(each => each is not null && Release.BaseOf(each) == Release.BaseOf(there[0]!)) && there.Count > 0
            ? ledger.Release(there[0]!) : null;
    }

    /// <summary>A newer release is out in some of the environments before this one and not in all of them.</summary>
    private static Wait? Uneven(Ledger ledger, LaneState lane)
    {
        if (ledger.Service(lane.Service) is not { } service || PromotionOrder.Before(service.Environments, lane.Environment) is not { Length: > 1 } before) return null;
        var lanes = before.Select(each => ledger.Lane(lane.Service, each)).ToList();
        var newest = lanes.Select(each => each.Current is { } current ? ledger.Release(current) : null).OfType<Release>().MaxBy(each => each.Number);
        if (newest is null || newest.Number <= lane.Newest) return null;
        var missing = lanes.Where(each => each.Current is not { } current || Release.BaseOf(current) != newest.Base).ToList();
        if (missing.Count == 0) return null;
        var bad = missing.FirstOrDefault(each => each.Hold is not null);
        return new(WaitKind.Environment, lane.Lane, $"{newest.Base} is not out in {Words([.. missing.Select(each => each.Environment)])} yet"
            + (bad?.Hold is { } hold ? $", where {hold.Release ?? "everything"} is held: {hold.Why}" : "."),
            bad is null ? $"That it is promoted there." : $"A newer release, or `headway resume {lane.Service} --environment {bad.Environment}`.", null, null);
    }

    private static string Words(ImmutableArray<string> names) => string.Join(" and ", names);

    private static (Release Release, string Why) Configured(Ledger ledger, LaneState lane, Release release, string why)
    {
        var configured = ledger.Configured(release, lane.Environment);
        return (configured, configured.Revision > 0 && lane.Newest == configured.Number ? $"Its configuration has changed (c{configured.Revision})." : why);
    }

    /// <summary>The lanes after this one, which may have something to take now.</summary>
    public static IEnumerable<string> After(Ledger ledger, string service, string environment) =>
        PromotionOrder.After(ledger.Service(service)?.Environments ?? [], environment).Select(each => $"{service}/{each}");
}
