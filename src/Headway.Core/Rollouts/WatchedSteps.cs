using Headway.Core.Judging;
using Headway.Core.Strategies;

namespace Headway.Core.Rollouts;

/// <summary>What the judge is told of the steps that it watches.</summary>
public static class WatchedSteps
{
    /// <param name="index">Of a Watch step of the plan.</param>
    /// <param name="at">When it began.</param>
    public static JudgeStep Of(RolloutState rollout, int index, DateTimeOffset at)
    {
        var watch = (Step.Watch)rollout.Plan.Steps[index];
        var shares = rollout.Plan.Steps.Select((s, i) => (Share: (s as Step.Expose)?.To.ShareOfUsers, i)).ToArray();
        var share = shares.Where(s => s.i < index && s.Share is not null).Select(s => s.Share!.Value).LastOrDefault();
        var next = shares.Where(s => s.i > index && s.Share is not null).Select(s => s.Share).FirstOrDefault() ?? 1;
        return new(at, share, next, watch.AtLeast, watch.AtMost, watch.Requests);
    }
}
