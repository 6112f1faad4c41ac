using System.Collections.Immutable;
using Headway.Server.Intent;
using Headway.Server.Journal;
using Headway.Server.Storage;
using Headway.Targets;

namespace Headway.Server.Rollouts;

/// <summary>Everything outside a lane that its turns work with.</summary>
public sealed record LaneWorld(
    IEventStore Store, Ledger Ledger, LedgerReader Reader, LanePlaces Places, TargetDrivers Drivers)
{
    /// <summary>The gate before every rollout: why an artifact is not trusted, or null.</summary>
    public Func<Core.Releases.Release, CancellationToken, Task<string?>> WhyRefusedAsync { get; init; } =
        (_, _) => Task.FromResult<string?>(null);

    /// <summary>Gates between the stage before and the lane, in the order in which they are asked; the first closed one is
    /// what the lane waits for.</summary>
    public ImmutableArray<PromotionGate> Gates { get; init; } = [];

    /// <summary>Where intent is written before it is acted on; null where no state repo is kept.</summary>
    public IntentDesk? Intent { get; init; }

    /// <summary>What commits of people have asked for; null where no state repo is kept.</summary>
    public Wishes? Wishes { get; init; }

    /// <summary>Why the release would not be given a secret in the environment, or null.</summary>
    public Func<Core.Releases.Release, string, string?> WhyNoSecret { get; init; } = (_, _) => null;
}
