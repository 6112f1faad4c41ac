using Headway.Core.Environments;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Simulation.Runs;

namespace Headway.Simulation.Checks;

/// <summary>What happened, in sentences; silent unless somebody wants to read it.</summary>
internal sealed class Story(bool tell)
{
    public List<StoryLine> Lines { get; } = [];

    private TimeSpan _start;

    public void Tell(TimeSpan at, string kind, string says)
    {
        if (tell) Lines.Add(new(at - _start, kind, says));
    }

    /// <summary>What came before is only the stage.</summary>
    public void Begin(TimeSpan at)
    {
        Lines.Clear();
        _start = at;
    }

    public void Start(TimeSpan at, RolloutState state)
    {
        if (!tell) return;
        Tell(at, "started", $"{state.Candidate} over {state.Stable ?? "nothing"}, {state.Plan.Strategy}: "
            + string.Join("; ", state.Plan.Steps.Select(Steps.Says)));
    }

    public void Hear(TimeSpan at, RolloutState before, RolloutEvent happened)
    {
        if (!tell) return;
        var (kind, says) = happened switch
        {
            RolloutEvent.StepPassed e => ("passed", $"{Steps.Says(before.Plan.Steps[e.Step])} ({e.Proof}): {e.Why}"),
            RolloutEvent.TaskAttempted e => ("attempted", $"{e.Task}, attempt {e.Attempt}"),
            RolloutEvent.Judged e => ("judged", $"{e.Verdict.Kind}: {e.Verdict.Says}"),
            RolloutEvent.Promoted e => ("promoted", $"{before.Candidate}: {e.Why}"),
            RolloutEvent.Paused e => ("paused", e.Why),
            RolloutEvent.Resumed e => ("resumed", e.Why),
            RolloutEvent.HoldBackCut e => ("hold-back cut", e.Why),
            RolloutEvent.RollbackStarted e => ("goes back", $"{e.Cause}: {e.Why}"),
            RolloutEvent.Ended e => ("ended", $"{e.End}: {e.Why}"),
            _ => throw new InvalidOperationException($"No words for {happened.GetType().Name}."),
        };
        Tell(at, kind, says);
    }

    public void Hear(TimeSpan at, LaneEvent happened)
    {
        if (!tell) return;
        switch (happened)
        {
            case LaneEvent.PromotionDecided e:
                Tell(at, "wanted", e.Release);
                break;
            case LaneEvent.HoldPlaced e:
                Tell(at, "held", $"{e.Release ?? "everything"}: {e.Why}");
                break;
            case LaneEvent.HoldLifted e:
                Tell(at, "hold lifted", e.Why);
                break;
            case LaneEvent.RollbackRequested e:
                Tell(at, "rollback asked", e.ToRelease);
                break;
        }
    }
}
