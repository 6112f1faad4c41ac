using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;

namespace Headway.Server.Rollouts;

/// <summary>
/// Everything that judges an open rollout: the comparison with stable while there is one to compare with, and the
/// absolute limit of the objectives all the time.
/// </summary>
public sealed class LaneJudge
{
    private readonly Judge? _comparison;
    private readonly ObjectiveGuard _guard;

    /// <param name="availability">The objective, or null: then a documented default is the limit.</param>
    public LaneJudge(RolloutState open, StableHistory history, double? availability)
    {
        var settings = new JudgeSettings(BudgetFailedRequests: open.Rules.BudgetFailedRequests);
        var limit = GuardLimit.Of(availability);
        _comparison = open.Stable is { } stable ? new(settings, history, new(open.Lane, stable, open.Candidate)) : null;
        _guard = new(settings, limit, open.Lane, open.Candidate)
        {
            PastWasGood = history.Trials == 0 || history.Failures <= limit.FailureRate * history.Trials,
        };
    }

    /// <summary>Step that the judge was last told of.</summary>
    private int _step = -1;

    public void StepStarted(int index, JudgeStep step)
    {
        if (index == _step) return;
        _step = index;
        _comparison?.StepStarted(step);
        _guard.StepStarted(step);
    }

    public void Observe(EvidenceBatch batch)
    {
        _comparison?.Observe(batch);
        _guard.Observe(batch);
    }

    /// <summary>Proof of harm from either; otherwise what the comparison says, where there is one.</summary>
    public Verdict Assess(RolloutState open, DateTimeOffset now)
    {
        var guard = _guard.Assess(now);
        if (_comparison?.Assess(now) is not { } compared) return guard;
        if (compared.Kind == VerdictKind.Rollback) return compared;
        var alone = open.CurrentStep is Step.Watch { For: WatchFor.Guard } || guard.Kind == VerdictKind.Rollback;
        return alone ? guard : compared;
    }
}
