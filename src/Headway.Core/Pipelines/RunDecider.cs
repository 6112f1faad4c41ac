using System.Collections.Immutable;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Targets;

namespace Headway.Core.Pipelines;

/// <summary>Either events to append, possibly none, or the rule that refuses.</summary>
public sealed record RunDecision(ImmutableArray<RunEvent> Events, Refusal? Refusal)
{
    public static RunDecision Of(params ImmutableArray<RunEvent> events) => new(events, null);
    public static RunDecision Refused(string rule, string says) => new([], new(rule, says));
}

/// <summary>How a run ends, before the server adds the release to a success.</summary>
public sealed record RunEnding(RunOutcome Outcome, string Says);

/// <summary>Which jobs may start, when a run is finished and how, and what commands do to it.</summary>
public static class RunDecider
{
    /// <summary>A job whose runner is lost is handed out again this often; then it counts as lost.</summary>
    public const int RetriesAfterLoss = 1;

    /// <summary>
    /// Jobs that may start now, as written, once <see cref="RunFollow"/> has said what is skipped. After a failure nothing
    /// starts but jobs that ask how others ended. Takes time in proportion to the jobs and their needs.
    /// </summary>
    public static ImmutableArray<JobSpec> Ready(RunState state)
    {
        if (!state.IsOpen || state.CancelWhy is not null) return [];
        var phases = new RunPhases(state);
        return [.. state.Spec.Jobs.Where(job => phases[job.Name] is JobPhase.Waiting
            && job.Needs.All(phases.HasEnded)
            && (!phases.AnyBroken || JobCondition.AsksHowNeedsEnded(job)))];
    }

    /// <summary>How the run ends, or null while something runs or may still start.</summary>
    public static RunEnding? Ending(RunState state)
    {
        if (!state.IsOpen || state.AnyRunning) return null;
        // Asked for before the last job ended: a release that nobody wants any more must not go on to users.
        if (state.CancelWhy is { } why)
            return new(state.Newer is null ? RunOutcome.Cancelled : RunOutcome.Superseded, why);
        if (!Ready(state).IsEmpty) return null;
        if (Broken(state).FirstOrDefault() is { } broken)
            return new(RunOutcome.Failed, $"Job {broken.Name} {Verb(broken)}: {broken.Says}");
        return state.Jobs.All(job => job.Phase is JobPhase.Succeeded or JobPhase.Skipped)
            ? new(RunOutcome.Succeeded, Summary(state.Jobs))
            : null;
    }

    public static RunDecision Decide(RunState state, RunCommand command) => command switch
    {
        RunCommand.Cancel c => Cancelled(state, c.Why),
        RunCommand.RestartJob c => Restarted(state, c.Job, c.Why),
        RunCommand.Supersede c => Superseded(state, c.Newer),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of a run."),
    };

    /// <summary>
    /// The runner of a job is not heard any more. The job is pure by contract (a sandbox and a fresh folder), so it
    /// is tried once more on whichever runner asks next; a second loss ends it, since the job itself may be the cause.
    /// </summary>
    public static RunDecision RunnerLost(RunState state, string name, string why)
    {
        if (state.Job(name) is not { Phase: JobPhase.Running } job) return RunDecision.Of();
        return state.CancelWhy is null && job.Losses < RetriesAfterLoss
            ? RunDecision.Of(new RunEvent.JobRequeued(name, why, RunnerLost: true))
            : RunDecision.Of(new RunEvent.JobFinished(name, Outcome.Lost, null, why, null));
    }

    /// <summary>
    /// The artifact is made, and every other job has begun or ended: what is left is the end of the last of them.
    /// </summary>
    public static bool IsAboutToRelease(RunState state) =>
        state.Jobs.Any(job => job.Digest is not null) && state.Jobs.All(job => job.Phase is not JobPhase.Waiting);

    private static RunDecision Superseded(RunState state, string newer)
    {
        if (!state.IsOpen || state.CancelWhy is not null || !state.Spec.Supersede || IsAboutToRelease(state))
            return RunDecision.Of();
        var why = state.Trigger?.Verifies is { } tried
            ? $"{tried.Release} is not what is out in {tried.Environment} any more: {newer} tries what is."
            : $"{newer} is newer.";
        return state.AnyRunning
            ? RunDecision.Of(new RunEvent.CancelRequested(why) { Newer = newer })
            : RunDecision.Of(new RunEvent.Finished(RunOutcome.Superseded, why, null));
    }

    private static RunDecision Cancelled(RunState state, string why)
    {
        if (!state.IsOpen) return RunDecision.Refused("open", $"Run {state.Id} has ended: {state.Says}");
        if (state.CancelWhy is not null) return RunDecision.Of();
        return state.AnyRunning
            ? RunDecision.Of(new RunEvent.CancelRequested(why))
            : RunDecision.Of(new RunEvent.CancelRequested(why), new RunEvent.Finished(RunOutcome.Cancelled, why, null));
    }

    private static RunDecision Restarted(RunState state, string name, string why)
    {
        var named = Named(state, name);
        if (named.IsEmpty)
            return RunDecision.Refused("known job",
                $"Run {state.Id} has no job {name}: its jobs are {string.Join(", ", state.Jobs.Select(j => j.Name))}.");
        if (state.Release is { } release)
            return RunDecision.Refused("release made",
                $"Run {state.Id} has made release {release.Id}, which never changes: push a commit instead.");
        if (state.Outcome is RunOutcome.Superseded && state.Trigger is not { IsAboutRelease: true })
            return RunDecision.Refused("superseded", $"Run {state.Id} gave way to a newer commit: {state.Says}");
        if (state.IsOpen)
            return RunDecision.Refused("run ended", $"Run {state.Id} has not ended: cancel it first, or wait.");
        // Whatever else failed would end the run again at once, so it is tried again with it.
        var again = Broken(state).Select(each => each.Name).Concat(named).Distinct();
        return new([.. again.Select(each =>
            new RunEvent.JobRequeued(each, why, RunnerLost: false) { Forced = named.Contains(each) })], null);
    }

    /// <summary>The job, or of a job with a matrix the cells that did not succeed, all of them when all did.</summary>
    private static ImmutableArray<string> Named(RunState state, string name)
    {
        if (state.Job(name) is not null) return [name];
        ImmutableArray<string> cells =
            [.. state.Spec.Jobs.Where(job => job.Matrix?.Job == name).Select(job => job.Name)];
        var broken = Broken(state).Select(job => job.Name).Where(cells.Contains).ToImmutableArray();
        return broken.IsEmpty ? cells : broken;
    }

    private static string Summary(ImmutableArray<JobState> jobs)
    {
        var skipped = jobs.Count(job => job.Phase is JobPhase.Skipped);
        var reused = jobs.Count(job => job.Reuses is not null);
        var all = skipped == 0 ? (jobs.Length == 1 ? "The job succeeded" : $"All {jobs.Length} jobs succeeded") : $"{Jobs(jobs.Length - skipped)} succeeded";
        return all + (reused > 0 ? $", {reused} of them by an earlier run with the same inputs" : "")
            + (skipped > 0 ? $", {skipped} skipped." : ".");
    }

    private static string Jobs(int count) => count == 1 ? "1 job" : $"{count} jobs";

    private static IEnumerable<JobState> Broken(RunState state) =>
        state.Jobs.Where(job => job.Phase is JobPhase.Failed or JobPhase.Lost);

    private static string Verb(JobState job) => job.Phase is JobPhase.Lost ? "was lost" : "failed";
}
