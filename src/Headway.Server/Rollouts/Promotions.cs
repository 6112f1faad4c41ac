using Headway.Server.Journal;
using Headway.Core.Environments;

namespace Headway.Server.Rollouts;

/// <summary>Which release the stage before a lane has ready for it: the pipeline, or the environment before.</summary>
internal static class Promotions
{
    public static LaneEvent? Wanted(Ledger ledger, LaneState lane)
    {
        if (ledger.Service(lane.Service) is not { Newest: { } newest } service) return null;
        var index = service.Environments.ToList().FindIndex(e => e.Name == lane.Environment);
        if (index < 0) return null;
        if (index == 0)
            return LaneDecider.Promote(lane, newest.Id, newest.Number, "It passed its pipeline.");
        var before = ledger.Lane(lane.Service, service.Environments[index - 1].Name);
        return before.Current is { } current && ledger.Release(current) is { } release
            ? LaneDecider.Promote(lane, release.Id, release.Number, $"It was promoted in {before.Environment}.") : null;
    }

    /// <summary>The lane after this one, which may have something to take now.</summary>
    public static string? After(Ledger ledger, string service, string environment)
    {
        var environments = ledger.Service(service)?.Environments ?? [];
        var index = environments.ToList().FindIndex(e => e.Name == environment);
        return index >= 0 && index + 1 < environments.Length ? $"{service}/{environments[index + 1].Name}" : null;
    }
}
