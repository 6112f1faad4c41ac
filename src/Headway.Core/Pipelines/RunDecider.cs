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

    /// <summary>Jobs that may start now, in the order of the graph. Nothing starts after a failure.</summary>
    public static ImmutableArray<JobSpec> Ready(RunState state)
    {
        if (!state.IsOpen || state.CancelWhy is not null || Broken(state).Any()) return [];
        var done = state.Jobs.Where(job => job.Phase is JobPhase.Succeeded).Select(job => job.Name).ToHashSet();
        return [.. JobGraph.Ordered(state.Spec.Jobs).Where(job =>
            state.Job(job.Name) is { Phase: JobPhase.Waiting } && job.Needs.All(done.Contains))];
    }

    /// <summary>How the run ends, or null while something runs or may still start.</summary>
    public static RunEnding? Ending(RunState state)
    {
        if (!state.IsOpen || state.AnyRunning) return null;
        // Asked for before the last job ended: a release that nobody wants any more must not go on to users.
        if (state.CancelWhy is { } why) return new(RunOutcome.Cancelled, why);
        if (Broken(state).FirstOrDefault() is { } broken)
            return new(RunOutcome.Failed, $"Job {broken.Name} {Verb(broken)}: {broken.Says}");
        return state.Jobs.All(job => job.Phase is JobPhase.Succeeded)
            ? new(RunOutcome.Succeeded, $"All {state.Jobs.Length} jobs succeeded.")
            : null;
    }

    public static RunDecision Decide(RunState state, RunCommand command) => command switch
    {
        RunCommand.Cancel c => Cancelled(state, c.Why),
        RunCommand.RestartJob c => Restarted(state, c.Job, c.Why),
        RunCommand.Supersede c when state.IsOpen && !state.AnyStarted =>
            RunDecision.Of(new RunEvent.Finished(RunOutcome.Superseded, $"{c.Newer} is newer.", null)),
        RunCommand.Supersede => RunDecision.Of(),
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
        if (state.Job(name) is not { } job)
            return RunDecision.Refused("known job",
                $"Run {state.Id} has no job {name}: its jobs are {string.Join(", ", state.Jobs.Select(j => j.Name))}.");
        if (state.Release is { } release)
            return RunDecision.Refused("release made",
                $"Run {state.Id} has made release {release.Id}, which never changes: push a commit instead.");
        if (state.Outcome is RunOutcome.Superseded)
            return RunDecision.Refused("superseded", $"Run {state.Id} gave way to a newer commit: {state.Says}");
        if (state.IsOpen)
            return RunDecision.Refused("run ended", $"Run {state.Id} has not ended: cancel it first, or wait.");
        // Whatever else failed would end the run again at once, so it is tried again with it.
        var again = Broken(state).Select(each => each.Name).Append(job.Name).Distinct();
        return new([.. again.Select(each => new RunEvent.JobRequeued(each, why, RunnerLost: false))], null);
    }

    private static IEnumerable<JobState> Broken(RunState state) =>
        state.Jobs.Where(job => job.Phase is JobPhase.Failed or JobPhase.Lost);

    private static string Verb(JobState job) => job.Phase is JobPhase.Lost ? "was lost" : "failed";
}
