using Headway.Core.Targets;

namespace Headway.Node.Gateway.Routing;

/// <summary>A share is lent: these are the two ways in which the gateway takes it back by itself.</summary>
internal static class Leases
{
    public static bool CheckBudget(Lane lane)
    {
        if (lane.Route is not { IsExposed: true, Wanted.Lease: { } lease } route) return false;
        if (!route.Stage.Excess.IsSpent(lease.FailedRequests, out var excess)) return false;
        return lane.Lower(LoweredBy.Budget,
            $"{route.Wanted.Candidate} has failed {excess:0} more requests than stable would have; " +
            $"the lease allowed {lease.FailedRequests}.");
    }

    /// <param name="unheard">Time since the server was heard.</param>
    public static bool CheckHeard(Lane lane, TimeSpan unheard)
    {
        if (lane.Route is not { IsLent: true, Wanted.Lease: { } lease }) return false;
        if (unheard <= lease.For) return false;
        return lane.Lower(LoweredBy.Lease,
            $"The server was not heard for {unheard.TotalSeconds:0} s; the lease was for {lease.For.TotalSeconds:0} s.");
    }
}
