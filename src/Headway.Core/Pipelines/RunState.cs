using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Targets;

namespace Headway.Core.Pipelines;

[JsonConverter(typeof(JsonStringEnumConverter<JobPhase>))]
public enum JobPhase { Waiting, Running, Succeeded, Failed, Lost }

/// <summary>Where a run stands: a fold of its events and nothing else. Also served as it is by the API.</summary>
/// <param name="CancelWhy">Set once a person asked for its end; nothing starts after that.</param>
public sealed record RunState(
    string Id, string Service, int Number, Commit Commit, ServiceSpec Spec, ImmutableArray<JobState> Jobs,
    string? CancelWhy, RunOutcome? Outcome, string? Says, Release? Release,
    DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, long Version, long Position)
{
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
            (var s, RunEvent.JobStarted e) => s.With(e.Job, job => job.Begun(e.Runner, recorded.At)),
            (var s, RunEvent.JobFinished e) => s.With(e.Job, job => job.Ended(e, recorded.At)),
            (var s, RunEvent.JobRequeued e) => s.Requeued(e),
            (var s, RunEvent.CancelRequested e) => s with { CancelWhy = e.Why },
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
            [.. e.Spec.Jobs.Select(job => JobState.New(job.Name))], null, null, null, null, at, null, 0, 0);

    private RunState With(string job, Func<JobState, JobState> change) =>
        this with { Jobs = [.. Jobs.Select(each => each.Name == job ? change(each) : each)] };

    private RunState Requeued(RunEvent.JobRequeued e)
    {
        var again = JobGraph.DependentsOf(Spec.Jobs, e.Job);
        var jobs = Jobs.Select(job =>
            job.Name == e.Job ? job.Requeued(e.Why, e.RunnerLost)
            : again.Contains(job.Name) ? job.Requeued(e.Why, runnerLost: false)
            : job);
        // A restarted job opens a run that had failed.
        return this with { Jobs = [.. jobs], CancelWhy = null, Outcome = null, Says = null, FinishedAt = null };
    }
}

/// <param name="Attempt">How often it was handed out; calls about an earlier attempt are refused.</param>
/// <param name="Losses">How often its runner was lost since a person last restarted it.</param>
/// <param name="Digest">Of the artifact that it kept.</param>
public sealed record JobState(
    string Name, JobPhase Phase, int Attempt, int Losses, string? Runner, DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt, int? ExitCode, string? Says, string? Digest)
{
    public static JobState New(string name) => new(name, JobPhase.Waiting, 0, 0, null, null, null, null, null, null);

    public JobState Begun(string runner, DateTimeOffset at) =>
        this with
        {
            Phase = JobPhase.Running, Attempt = Attempt + 1, Runner = runner, StartedAt = at,
            EndedAt = null, ExitCode = null, Says = null, Digest = null,
        };

    public JobState Ended(RunEvent.JobFinished e, DateTimeOffset at) =>
        this with { Phase = PhaseOf(e.Outcome), EndedAt = at, ExitCode = e.ExitCode, Says = e.Says, Digest = e.Digest };

    public JobState Requeued(string why, bool runnerLost) =>
        this with
        {
            Phase = JobPhase.Waiting, Losses = runnerLost ? Losses + 1 : 0, Says = why, Digest = null,
            Runner = null, StartedAt = null, EndedAt = null, ExitCode = null,
        };

    private static JobPhase PhaseOf(Outcome outcome) => outcome switch
    {
        Outcome.Succeeded => JobPhase.Succeeded,
        Outcome.Failed => JobPhase.Failed,
        Outcome.Lost => JobPhase.Lost,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "A finished job does not run."),
    };
}
