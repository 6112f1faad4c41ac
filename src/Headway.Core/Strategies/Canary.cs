using System.Collections.Immutable;
using Headway.Core.Targets;

namespace Headway.Core.Strategies;

/// <summary>
/// Shares that rise as evidence allows: capacity first and then traffic on the way up; at the end a few users stay on
/// the old release for a while, with the judge on, because some faults come late.
/// </summary>
internal static class Canary
{
    /// <summary>Users that stay on the old release during hold-back.</summary>
    private const double HeldBack = 0.05;

    /// <summary>Requests a second that the first share should bring, and clients that it should reach.</summary>
    private const double FirstRequestsPerSecond = 5, FirstClients = 10;

    private static readonly TimeSpan Dwell = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static List<Step> Steps(
        PlanRequest request, StrategySpec.Canary spec, ImmutableArray<string>.Builder notes)
    {
        var steps = new List<Step>();
        var placed = 0;
        foreach (var share in Ramp(request, spec, notes).Concat(spec.Steps))
        {
            Place(share.Share);
            if (steps.Count == 1) steps.AddRange(PlanCompiler.Checks(request));
            steps.Add(PlanCompiler.Expose(share.Share));
            var atLeast = share.For is { } time && time > Dwell ? time : Dwell;
            steps.Add(new Step.Watch(WatchFor.Users, atLeast, atLeast + Patience, share.Requests ?? 0));
            if (share.UntilApproved) steps.Add(new Step.Await($"{Strategies.Steps.Percent(share.Share)} waits for approval."));
        }
        Place(1);
        if (request.Environment.HoldBack > TimeSpan.Zero)
        {
            steps.Add(PlanCompiler.Expose(1 - HeldBack));
            var holdBack = request.Environment.HoldBack;
            steps.Add(new Step.Watch(WatchFor.HoldBack, holdBack, holdBack));
        }
        steps.Add(PlanCompiler.Expose(1));
        steps.Add(new Step.Retire(PlanCompiler.Workload, 0));
        return steps;

        void Place(double share)
        {
            var wanted = Math.Max(1, (int)Math.Ceiling(share * request.Instances - 1e-9));
            if (wanted <= placed) return;
            steps.Add(new Step.Place(PlanCompiler.Workload, placed = wanted));
        }
    }

    /// <summary>
    /// What is lost before the first look is share x requests x interval, so where there is much traffic the first
    /// share is smaller than the first one written, but never so small that hardly a client would be among them.
    /// </summary>
    private static IEnumerable<ShareStep> Ramp(
        PlanRequest request, StrategySpec.Canary spec, ImmutableArray<string>.Builder notes)
    {
        var history = request.History;
        if (spec.Steps.IsEmpty || history.RequestsPerSecond <= 0) yield break;
        var share = FirstRequestsPerSecond / history.RequestsPerSecond;
        if (history.Clients > 0) share = Math.Max(share, FirstClients / history.Clients);
        share = Math.Round(Math.Max(share, request.Traffic.SmallestShare), 4);
        if (share > 0.5 * spec.Steps[0].Share) yield break;
        notes.Add($"There is much traffic ({history.RequestsPerSecond:0} requests/s), so the first share is "
            + $"{Strategies.Steps.Percent(share)}: an error then meets few users before the first look.");
        yield return new(share);
    }
}
