using Headway.Server.Journal;
using Headway.Server.Storage;
using Headway.Targets;

namespace Headway.Server.Rollouts;

/// <summary>Everything outside a lane that its turns work with.</summary>
public sealed record LaneWorld(
    IEventStore Store, Ledger Ledger, LedgerReader Reader, LanePlaces Places, TargetDrivers Drivers)
{
    /// <summary>The gate before every rollout: why an artifact is not trusted, or null.</summary>
    public Func<Core.Releases.Release, string?> WhyRefused { get; init; } = _ => null;
}
