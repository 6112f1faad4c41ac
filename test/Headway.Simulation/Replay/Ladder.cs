using Headway.Core.Judging;

namespace Headway.Simulation.Replay;

/// <summary>The shares of a rollout, ending in hold-back.</summary>
public sealed record Ladder(double[] Shares, TimeSpan AtLeast)
{
    public const double HoldBack = 0.95;

    /// <summary>5, 25, 50 %, with a smaller first share where there is much traffic.</summary>
    public static Ladder Ramped(double requestsPerSecond, TimeSpan atLeast = default)
    {
        var first = Ramp.FirstShare(requestsPerSecond);
        return new(first < 0.05 ? [first, 0.05, 0.25, 0.5] : [0.05, 0.25, 0.5], atLeast);
    }

    /// <summary>Five minutes a step and no ramp: the schedule that the opponents have.</summary>
    public static readonly Ladder FiveMinutes = new([0.05, 0.25, 0.5], TimeSpan.FromMinutes(5));
}
