using System.Collections.Immutable;
using Headway.Core.Nodes;

namespace Headway.Core.Pipelines;

/// <summary>A job that may start, in its run.</summary>
public sealed record JobWaiting(RunState Run, JobSpec Job);

/// <summary>
/// Which job a runner gets next. Services take turns, so that a service with hundreds of jobs does not keep the others
/// waiting; within one service the oldest run comes first.
/// </summary>
public static class JobChoice
{
    /// <param name="open">Runs that have not ended, oldest first.</param>
    /// <param name="lastServed">A number for each service that grows with every job it was given; none: never yet.</param>
    public static JobWaiting? Next(
        IReadOnlyList<RunState> open, RunnerOffer runner, IReadOnlyDictionary<string, long> lastServed)
    {
        var running = Running(open);
        return open.SelectMany(run => ReadyFor(run, runner, running))
            .MinBy(each => lastServed.GetValueOrDefault(each.Run.Service));
    }

    public static JobTrust TrustOf(RunState run) =>
        run.Trigger?.MergeRequest is { FromFork: true } ? JobTrust.Fork : JobTrust.Branch;

    /// <summary>
    /// What is not on the branch was not reviewed, whoever wrote it: if it left something in a cache or a home, a job of the
    /// branch would take that into a release.
    /// </summary>
    public static bool LeavesNothing(RunState run) => run.Trigger is { IsOffBranch: true };

    /// <summary>How many jobs run in each group now.</summary>
    public static ImmutableDictionary<string, int> Running(IEnumerable<RunState> open) => open
        .SelectMany(run => run.Jobs.Where(job => job.Phase is JobPhase.Running).SelectMany(job => GroupsOf(run, job.Name)))
        .GroupBy(group => group.Name).ToImmutableDictionary(same => same.Key, same => same.Count());

    /// <summary>The group that keeps the job from starting, or null.</summary>
    public static JobGroup? FullGroup(JobSpec job, IReadOnlyDictionary<string, int> running) =>
        (job.Room ?? JobRoom.Plain).Groups.FirstOrDefault(group => running.GetValueOrDefault(group.Name) >= group.Most);

    private static IEnumerable<JobWaiting> ReadyFor(
        RunState run, RunnerOffer runner, ImmutableDictionary<string, int> running)
    {
        if (TrustOf(run) != runner.Trust) return [];
        return RunDecider.Ready(run)
            .Where(job => runner.Takes(job, runner.Trust) && FullGroup(job, running) is null)
            .Select(job => new JobWaiting(run, job));
    }

    private static ImmutableArray<JobGroup> GroupsOf(RunState run, string job) =>
        run.Spec.Jobs.FirstOrDefault(each => each.Name == job)?.Room?.Groups ?? [];
}
