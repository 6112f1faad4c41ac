using System.Collections.Immutable;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;

namespace Headway.Core.Judging.Explanations;

/// <summary>Requests that a candidate would have served, had its plan gone on.</summary>
/// <param name="AtPlansEnd">Counted up to the end of the plan, which is past.</param>
/// <param name="Says">Where the traffic is known from; ends with a full stop.</param>
public sealed record MissedExposure(double Requests, DateTimeOffset Until, bool AtPlansEnd, string Says)
{
    /// <param name="ahead">What the plan still had.</param>
    /// <param name="from">When the candidate was taken back.</param>
    /// <param name="now">The end, when that is before the plan's.</param>
    /// <param name="traffic">Requests of the lane by second since, as far as evidence was kept.</param>
    /// <param name="usual">Requests a second before, for seconds without evidence.</param>
    public static MissedExposure Of(
        ImmutableArray<AheadShare> ahead, DateTimeOffset from, DateTimeOffset now,
        IReadOnlyDictionary<DateTimeOffset, long> traffic, double usual)
    {
        var plansEnd = from + new TimeSpan(ahead.Sum(a => a.For.Ticks));
        var (until, requests, known, all) = (now < plansEnd ? now : plansEnd, 0.0, 0, 0);
        var second = Seconds.Floor(from);
        foreach (var step in ahead)
        {
            var end = second + step.For;
            for (; second < end && second < until; second = second.AddSeconds(1), all++)
            {
                var seen = traffic.TryGetValue(second, out var counted);
                known += seen ? 1 : 0;
                requests += step.Share * (seen ? counted : usual);
            }
        }

        var says = known == all ? "the traffic since then is as it was counted."
            : known == 0 ? $"no traffic was counted since then, so {usual:0.##} requests/s are assumed, as before."
            : $"the traffic was counted in {known} of {all} seconds since then, and {usual:0.##} requests/s are "
            + $"assumed "
                + "in the others, as before.";
        return new(requests, until, now >= plansEnd, says);
    }
}

/// <summary>A share that the plan still had, for the shortest time that it allows.</summary>
public sealed record AheadShare(double Share, TimeSpan For)
{
    private static readonly TimeSpan Dwell = TimeSpan.FromSeconds(15);

    /// <summary>
    /// From the state just before the candidate was taken back. Starting instances and waiting for people take no time
    /// here; what is left of the current step is its shortest time less what has passed.
    /// </summary>
    public static ImmutableArray<AheadShare> Of(RolloutState state, DateTimeOffset at)
    {
        var ahead = ImmutableArray.CreateBuilder<AheadShare>();
        var share = state.Plan.Steps.Take(state.Step + 1).OfType<Step.Expose>().Select(e =>
            e.To.ShareOfUsers).LastOrDefault();
        for (var i = state.Step; i < state.Plan.Steps.Length; i++)
            switch (state.Plan.Steps[i])
            {
                case Step.Expose expose:
                    share = expose.To.ShareOfUsers;
                    break;
                case Step.Watch watch:
                    var least = watch.AtLeast > Dwell ? watch.AtLeast : Dwell;
                    var passed = i == state.Step ? at - state.StepStartedAt : TimeSpan.Zero;
                    if (least > passed) ahead.Add(new(share, least - passed));
                    break;
            }

        return ahead.ToImmutable();
    }
}
