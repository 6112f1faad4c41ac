using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Targets;

namespace Headway.Node.Gateway.Routing;

internal enum Side : byte { Stable, Candidate }

/// <summary>How a lane is served now: what control wants, less what the lease takes. Never changes once made.</summary>
/// <param name="Wanted">As control put it.</param>
/// <param name="Lowered">Why the gateway lowered the share by itself, or null.</param>
internal sealed record LaneRoute(RouteWanted Wanted, Stage Stage, Lowered? Lowered)
{
    public ImmutableArray<Instance> Stable { get; init; } = [];
    public ImmutableArray<Instance> Candidate { get; init; } = [];

    private readonly ulong salt = Client.HashOf(Wanted.Salt, 5);

    public bool IsExposed => Stage.IsExposed;

    /// <summary>Copies of requests go to the candidate, whom no user meets.</summary>
    public Exposure.Mirror? Mirror =>
        Lowered is null && Wanted is { Stable: not null, Candidate: not null } ? Wanted.To as Exposure.Mirror : null;

    /// <summary>The candidate has something that its lease can take away.</summary>
    public bool IsLent => IsExposed || Mirror is not null;

    /// <summary>What is served in fact, for the report.</summary>
    public Exposure InForce => (Lowered, Wanted.To) switch
    {
        (not null, Exposure.Fraction fraction) => fraction with { Share = 0 },
        (not null, _) => Exposure.Nobody,
        _ => Wanted.To,
    };

    public string? ReleaseOf(Side side) => side == Side.Stable ? Wanted.Stable : Wanted.Candidate;

    public ImmutableArray<Instance> InstancesOf(Side side) => side == Side.Stable ? Stable : Candidate;

    /// <summary>Monotone in the share: who is on the candidate at 5 % is there at 25 % too.</summary>
    public Side SideOf(ulong client) =>
        IsExposed && Client.Draw(client, salt) < Stage.Share ? Side.Candidate : Side.Stable;

    /// <summary>The side that a person asked for by name, or null when that release is not in the lane.</summary>
    public Side? SideNamed(string name) =>
        name is "stable" || name == Wanted.Stable ? Side.Stable
        : name is "candidate" || name == Wanted.Candidate ? Side.Candidate
        : null;
}

/// <summary>
/// The part of a route that evidence depends on: as long as it stays the same object, requests belong to one batch a
/// second, whatever instances come and go.
/// </summary>
/// <param name="Share">In force: 0 when lowered.</param>
/// <param name="DrawsRequests">Every request is drawn by itself; else clients are, and stay on their side.</param>
/// <param name="Rollout">Number of the rollout within the lane: rises when the salt changes.</param>
/// <param name="Excess">Counts what the lease is held against; the same object as long as the candidate is.</param>
internal sealed record Stage(
    long Version, string? Stable, string? Candidate, double Share, bool DrawsRequests, TimeSpan Delay, int Rollout,
    Excess Excess)
{
    public bool IsExposed => Candidate is not null && Share > 0;

    public static Stage Of(RouteWanted wanted, bool lowered, int rollout, Excess excess)
    {
        var fraction = wanted.To as Exposure.Fraction;
        return new(
            wanted.Version, wanted.Stable, wanted.Candidate, lowered ? 0 : Math.Clamp(fraction?.Share ?? 0, 0, 1),
            fraction?.Unit == ExposureUnit.Request, wanted.Delay, rollout, excess);
    }
}
