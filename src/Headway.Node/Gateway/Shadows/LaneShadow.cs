using Headway.Node.Gateway.Forwarding;
using Headway.Node.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Headway.Node.Gateway.Shadows;

/// <summary>
/// Draws the requests of a lane that are copied. So many may be under way at a time and no more: what comes then is left
/// out and counted, so that a candidate that hangs costs a fixed amount of memory and nobody's time.
/// </summary>
internal sealed class LaneShadow(ShadowDesk desk)
{
    public const int MostUnderWay = 64;
    private int underWay;
    private volatile ShadowTally? tally;

    public ShadowTally? Tally => tally;

    public int UnderWay => Volatile.Read(ref underWay);

    /// <summary>Null for a request that is not copied.</summary>
    public MirroredRequest? Draw(Passage passage)
    {
        if (passage.Route is not { Mirror: { } mirror, Candidate.IsEmpty: false } route) return null;
        if (Random.Shared.NextDouble() >= mirror.Share) return null;
        var request = passage.Http.Request;
        if (passage.IsGrpc || passage.IsEndless || !mirror.Rules.Methods.Contains(request.Method, StringComparer.Ordinal)
            || request.Headers.ContainsKey(MirroredRequest.Header) || IsUpgrade(passage.Http)) return null;
        var hasBody = passage.Http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };
        var tallied = TallyOf(route);
        if (hasBody && request.ContentLength > MirroredRequest.MostRequest)
        {
            tallied.CountTooLarge();
            return null;
        }
        if (!Enter())
        {
            tallied.CountLeftOut();
            return null;
        }
        var mirrored = new MirroredRequest(this, route, tallied);
        if (hasBody) mirrored.WatchBody(request);
        return mirrored;
    }

    public void Send(MirroredRequest request) => desk.Send(request);

    public void Leave()
    {
        Interlocked.Decrement(ref underWay);
        desk.Leave();
    }

    private bool Enter()
    {
        if (Interlocked.Increment(ref underWay) <= MostUnderWay && desk.Enter()) return true;
        Interlocked.Decrement(ref underWay);
        return false;
    }

    /// <summary>Another candidate, or other rules, are counted from the start.</summary>
    private ShadowTally TallyOf(LaneRoute route)
    {
        var (wanted, mirror) = (route.Wanted, route.Mirror!);
        if (tally is { } known && known.IsOf(wanted.Stable, wanted.Candidate, mirror.Rules)) return known;
        lock (desk)
        {
            if (tally is not { } current || !current.IsOf(wanted.Stable, wanted.Candidate, mirror.Rules))
                tally = new(wanted.Stable ?? "", wanted.Candidate ?? "", mirror);
            return tally;
        }
    }

    private static bool IsUpgrade(HttpContext http) =>
        http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        || http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
}
