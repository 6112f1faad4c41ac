using System.Collections.Immutable;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;

namespace Headway.Core.Pipelines;

/// <summary>Where a run stands: a fold of its events and nothing else. Also served as it is by the API.</summary>
/// <param name="CancelWhy">Set once a person asked for its end; nothing starts after that.</param>
public sealed record RunState(
    string Id, string Service, int Number, Commit Commit, ServiceSpec Spec, ImmutableArray<JobState> Jobs,
    string? CancelWhy, RunOutcome? Outcome, string? Says, Release? Release,
    DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, long Version, long Position)
{
    public RunTrigger? Trigger { get; init; }

    /// <summary>As in <see cref="RunEvent.Started"/>.</summary>
    public ImmutableSortedDictionary<string, string>? Files { get; init; }

    /// <summary>The newer run that it gives way to, once it was told to.</summary>
    public string? Newer { get; init; }

    public bool IsOpen => Outcome is null;
    public bool AnyStarted => Jobs.Any(job => job.Attempt > 0);
    public bool AnyRunning => Jobs.Any(job => job.Phase is JobPhase.Running);

    public JobState? Job(string name) => Jobs.FirstOrDefault(job => job.Name == name);

    public static string StreamOf(string run) => $"run/{run}";

    public static RunState Evolve(RunState? state, Recorded<RunEvent> recorded)
    {
        var next = (state, recorded.Event) switch
        {
            (null, RunEvent.Started e) => Begun(e, recorded.At),
            (null, var e) => throw new InvalidOperationException($"A run begins with Started, not {e.GetType().Name}."),
            (var s, RunEvent.Started) => throw new InvalidOperationException($"Run {s.Id} has started already."),
            (var s, RunEvent.JobStarted e) => s.With(e.Job, job => job.Begun(e, recorded.At)),
            (var s, RunEvent.JobFinished e) => s.With(e.Job, job => job.Ended(e, recorded.At)),
            (var s, RunEvent.JobSkipped e) => s.With(e.Job, job => job.Skipped(e, recorded.At)),
            (var s, RunEvent.JobReused e) => s.With(e.Job, job => job.Reused(e, recorded.At)),
            (var s, RunEvent.JobRequeued e) => s.Requeued(e),
            (var s, RunEvent.CancelRequested e) => s with { CancelWhy = e.Why, Newer = e.Newer },
            (var s, RunEvent.Finished e) => s with
            {
                Outcome = e.Outcome, Says = e.Says, Release = e.Release, FinishedAt = recorded.At,
            },
            (_, var e) => throw new InvalidOperationException($"{e.GetType().Name} is not an event of a run."),
        };
        return next with { Version = recorded.Version, Position = recorded.Position };
    }

    private static RunState Begun(RunEvent.Started e, DateTimeOffset at) =>
        new(e.Run, e.Service, e.Number, e.Commit, e.Spec,
            [.. e.Spec.Jobs.Select(job => JobState.New(job.Name))], null, null, null, null, at, null, 0, 0)
        {
            Trigger = e.Trigger, Files = e.Files,
        };

    private RunState With(string job, Func<JobState, JobState> change) =>
        this with { Jobs = [.. Jobs.Select(each => each.Name == job ? change(each) : each)] };

    private RunState Requeued(RunEvent.JobRequeued e)
    {
        var again = JobGraph.DependentsOf(Spec.Jobs, e.Job);
        var jobs = Jobs.Select(job =>
            job.Name == e.Job ? job.Requeued(e)
            : again.Contains(job.Name) ? job.Again(e.Why) : job);
        // A restarted job opens a run that had failed.
        return this with { Jobs = [.. jobs], CancelWhy = null, Newer = null, Outcome = null, Says = null, FinishedAt = null };
    }
}
