using Headway.Core.Judging;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Server.Rollouts;
using Headway.Server.Status;

namespace Headway.Cli.Status;

/// <summary>
/// Turns one picture after another into sentences about what changed between them: the same story for `up`, `demo` and
/// `rollouts watch`.
/// </summary>
/// <param name="since">What happened before is history and not told.</param>
internal sealed class Story(DateTimeOffset since)
{
    private readonly HashSet<string> _told = [];
    private readonly Dictionary<string, VerdictKind> _verdicts = [];

    public IEnumerable<StoryLine> Next(StatusView status)
    {
        foreach (var service in status.Services)
        {
            if (service.Service.Refused is { } refused && Once($"refused {refused.Commit.Sha}"))
                yield return new(Tone.Bad, $"{refused.Commit.Short} cannot be carried: {refused.Says}");
            if (service.Run is { } run && run.StartedAt >= since)
                foreach (var line in Tell(run)) yield return line;
            foreach (var lane in service.Lanes)
                if (lane.Rollout is { } rollout && (rollout.State.EndedAt is null || rollout.State.EndedAt >= since))
                    foreach (var line in Tell(lane, rollout)) yield return line;
        }
        foreach (var node in status.Nodes)
            foreach (var problem in node.Problems)
                if (Once($"{node.Node} {problem}")) yield return new(Tone.Bad, $"node {node.Node}: {problem}");
    }

    private IEnumerable<StoryLine> Tell(RunState run)
    {
        if (Once($"{run.Id} started"))
            yield return new(Tone.Plain, $"{run.Commit.Short} \"{run.Commit.Subject}\" was pushed");
        foreach (var job in run.Jobs)
        {
            if ((job.Reuses is not null || job.Phase is JobPhase.Skipped) && Once($"{run.Id} {job.Name} runs"))
                yield return new(Tone.Quiet, $"{run.Commit.Short}: {job.Name}: {job.Says}");
            if (job.Phase is JobPhase.Running or JobPhase.Succeeded && Once($"{run.Id} {job.Name} runs"))
                yield return new(Tone.Quiet, $"{run.Commit.Short}: {job.Name} runs");
            if (job is { Phase: JobPhase.Failed or JobPhase.Lost } && Once($"{run.Id} {job.Name} {job.Attempt} failed"))
                yield return new(Tone.Bad, $"{run.Commit.Short}: {job.Name} failed: {job.Says}");
        }
        if (run.Outcome is { } outcome && Once($"{run.Id} {outcome}"))
            yield return run.Release is { } release
                ? new(Tone.Good, $"{release.Id} is built and tested")
                : new(Tone.Bad, $"{run.Commit.Short}: {run.Says}");
    }

    private IEnumerable<StoryLine> Tell(LaneView lane, RolloutView view)
    {
        var rollout = view.State;
        if (Once($"{rollout.Id} started"))
            yield return new(Tone.Plain, $"{rollout.Candidate} goes to {lane.Environment} ({rollout.Plan.Strategy})");
        for (var i = 0; i < rollout.History.Length; i++)
            if (rollout.History[i].Step is var step && step < view.Steps.Length && Once($"{rollout.Id} step {i}"))
                yield return new(Tone.Quiet, $"{lane.Environment}: {view.Steps[step]}");
        if (rollout.IsOpen && lane.Verdict is { } verdict && IsNews(rollout, verdict))
            yield return new(Tone.Quiet, $"{lane.Environment}: the judge says {verdict.Says}");
        if (rollout.Promoted && Once($"{rollout.Id} promoted"))
            yield return new(Tone.Good, $"{rollout.Candidate} is promoted in {lane.Environment}");
        if (rollout.Cause is not null && Once($"{rollout.Id} back"))
            yield return new(Tone.Bad,
                $"{rollout.Candidate} is taken back from {lane.Environment}: {rollout.CauseSays}");
        if (rollout.End is { } end && Once($"{rollout.Id} ended"))
            yield return Ended(lane, rollout, end);
    }

    private static StoryLine Ended(LaneView lane, RolloutState rollout, RolloutEnd end) => end switch
    {
        RolloutEnd.Completed => new(Tone.Good, $"{rollout.Candidate} is out in {lane.Environment}"),
        RolloutEnd.RolledBack => new(Tone.Good, $"{lane.Environment} is back on {rollout.Stable ?? "nothing"}"),
        _ => new(Tone.Bad, $"{lane.Environment}: {end}: {rollout.EndSays}"),
    };

    /// <summary>The sentence changes every second; what it concludes does not.</summary>
    private bool IsNews(RolloutState rollout, Verdict verdict)
    {
        if (rollout.CurrentStep is not Step.Watch) return false;
        var key = $"{rollout.Id} {rollout.Step}";
        if (_verdicts.TryGetValue(key, out var before) && before == verdict.Kind) return false;
        _verdicts[key] = verdict.Kind;
        return true;
    }

    private bool Once(string what) => _told.Add(what);
}

internal enum Tone { Quiet, Plain, Good, Bad }

internal sealed record StoryLine(Tone Tone, string Text)
{
    public string Markup => Tone switch
    {
        Tone.Quiet => $"[grey]{Spectre.Console.Markup.Escape(Text)}[/]",
        Tone.Good => $"[green]{Spectre.Console.Markup.Escape(Text)}[/]",
        Tone.Bad => $"[red]{Spectre.Console.Markup.Escape(Text)}[/]",
        _ => Spectre.Console.Markup.Escape(Text),
    };
}
