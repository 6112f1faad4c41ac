namespace Headway.Core.Pipelines;

/// <summary>
/// What a change is counted from: never from a commit whose run was skipped, failed or cut, so that nothing which changed
/// in it is lost.
/// </summary>
public static class CarriedCommits
{
    /// <summary>For the jobs of the next run: what the newest run that did all of its change had built.</summary>
    /// <param name="newestFirst">Runs of the service.</param>
    public static string? BaseOfJobs(IEnumerable<RunState> newestFirst, string branch) => newestFirst
        .FirstOrDefault(run => IsPush(run, branch) && run.Outcome is RunOutcome.Succeeded && DidItsChange(run))?.Commit.Sha;

    /// <summary>
    /// For the question whether there is to be a run at all: one that is under way still may do all of its change.
    /// </summary>
    public static string? BaseOfRuns(IEnumerable<RunState> newestFirst, string branch) => newestFirst
        .FirstOrDefault(run => IsPush(run, branch)
            && (run.IsOpen || (run.Outcome is RunOutcome.Succeeded && DidItsChange(run))))?.Commit.Sha;

    /// <summary>No job that its change touches was skipped for another reason.</summary>
    private static bool DidItsChange(RunState run) => run.Spec.Jobs.All(job =>
        job.Paths.IsDefaultOrEmpty || run.Job(job.Name) is not { Phase: JobPhase.Skipped }
        || (run.Trigger?.Changed is { } changed
            && !changed.Any(path => PathPattern.AnyMatches(job.Paths, path))));

    private static bool IsPush(RunState run, string branch) =>
        run.Trigger is null || (run.Trigger.Kind is TriggerKind.Push && run.Trigger.Branch == branch);
}
