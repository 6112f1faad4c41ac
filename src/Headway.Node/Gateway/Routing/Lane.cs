using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Node.Gateway.Counting;

namespace Headway.Node.Gateway.Routing;

/// <summary>One lane in the gateway: the route in force, and the evidence of it. The route is swapped whole.</summary>
internal sealed class Lane(string name, LaneEvidence evidence)
{
    private readonly Lock gate = new();
    private volatile LaneRoute? route;

    public string Name => name;
    public LaneEvidence Evidence => evidence;
    public LaneRoute? Route => route;

    /// <summary>Copies requests to a candidate that no user meets; null where nothing ever is copied.</summary>
    public Shadows.LaneShadow? Shadow { get; init; }

    /// <summary>Takes what control wants, unless it is older than what was obeyed. A sentence when refused.</summary>
    public string? Obey(RouteWanted wanted, ImmutableArray<Instance> ready, LaneKept? kept)
    {
        lock (gate)
        {
            var held = route?.Wanted;
            var refusal = held is null ? null : Refusal(held, wanted);
            var next = refusal is null ? wanted : held!;
            route = Make(next, kept) with
            {
                Stable = [.. ready.Where(instance => instance.Release == next.Stable)],
                Candidate = [.. ready.Where(instance => instance.Release == next.Candidate)],
            };
            return refusal;
        }
    }

    private string? Refusal(RouteWanted held, RouteWanted wanted)
    {
        if (wanted.Fence < held.Fence)
            return $"{name}: fence {wanted.Fence} is refused, {held.Fence} was obeyed already.";
        return wanted.Fence == held.Fence && wanted.Version < held.Version
            ? $"{name}: route version {wanted.Version} is refused, {held.Version} is in force under the same fence."
            : null;
    }

    private LaneRoute Make(RouteWanted wanted, LaneKept? kept)
    {
        if (route is not { } held)
        {
            var same = kept is not null && kept.Candidate == wanted.Candidate && kept.Salt == wanted.Salt;
            var known = same && kept!.Version >= wanted.Version ? kept.Lowered : null;
            var excess = same ? new Excess(kept!.Excess) : new Excess();
            return new(wanted, Stage.Of(wanted, known is not null, 0, excess), known);
        }
        var sameSalt = held.Wanted.Salt == wanted.Salt;
        var sameCandidate = sameSalt && held.Wanted.Candidate == wanted.Candidate;
        var lowered = wanted.Version <= held.Wanted.Version ? held.Lowered : null;
        var stage = Stage.Of(
            wanted, lowered is not null, sameSalt ? held.Stage.Rollout : held.Stage.Rollout + 1,
            sameCandidate ? held.Stage.Excess : new Excess(evidence.PastFailureRate));
        return new(wanted, stage == held.Stage ? held.Stage : stage, lowered);
    }

    /// <summary>
    /// Takes the candidate away from users until a route with a higher version arrives. Not without a stable instance
    /// that could serve instead: that would only make it worse.
    /// </summary>
    public bool Lower(LoweredBy by, string says)
    {
        lock (gate)
        {
            if (route is not { IsLent: true, Lowered: null } now || now.Stable.IsEmpty) return false;
            route = now with { Stage = now.Stage with { Share = 0 }, Lowered = new(by, says) };
            return true;
        }
    }

    public LaneKept? Keep() => route is { Wanted.Candidate: not null } now
        ? new(name, now.Wanted.Version, now.Wanted.Candidate, now.Wanted.Salt, now.Lowered, now.Stage.Excess.Counts)
        : null;
}

/// <summary>What a gateway that starts again must know of a lane beside the state: spent budgets are not given back.</summary>
internal sealed record LaneKept(
    string Lane, long Version, string? Candidate, string Salt, Lowered? Lowered, ExcessCounts Excess);
