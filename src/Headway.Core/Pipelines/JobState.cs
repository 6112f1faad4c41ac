using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Targets;

namespace Headway.Core.Pipelines;

[JsonConverter(typeof(JsonStringEnumConverter<JobPhase>))]
public enum JobPhase { Waiting, Running, Succeeded, Failed, Lost, Skipped }

/// <param name="Attempt">How often it was handed out; calls about an earlier attempt are refused.</param>
/// <param name="Losses">How often its runner was lost since a person last restarted it.</param>
/// <param name="Digest">Of the artifact that it kept.</param>
public sealed record JobState(
    string Name, JobPhase Phase, int Attempt, int Losses, string? Runner, DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt, int? ExitCode, string? Says, string? Digest)
{
    /// <summary>What the job wrote to be read by Headway.</summary>
    public ImmutableArray<JobResult> Results { get; init; } = [];

    /// <summary>Why it runs, or is skipped, where something was asked.</summary>
    public string? Why { get; init; }

    /// <summary>Under which its result is found again.</summary>
    public string? Key { get; init; }

    /// <summary>The run and the job whose result stands for this one, which did not run.</summary>
    public ReusedResult? Reuses { get; init; }

    /// <summary>A person asked for it by name, so its conditions are not asked.</summary>
    public bool Forced { get; init; }

    /// <summary>A person wanted it again, so no earlier result is taken.</summary>
    public bool MustRun { get; init; }

    /// <summary>How often it was tried again because of flaky tests since a person last restarted it.</summary>
    public int FlakyRetries { get; init; }

    /// <summary>The tests that failed before the last of these.</summary>
    public ImmutableArray<string> FlakyTests { get; init; } = [];

    /// <summary>Tests that failed and did not fail the job, since they are in quarantine.</summary>
    public ImmutableArray<string> Excused { get; init; } = [];

    public static JobState New(string name) => new(name, JobPhase.Waiting, 0, 0, null, null, null, null, null, null);

    public JobState Begun(RunEvent.JobStarted e, DateTimeOffset at) =>
        this with
        {
            Phase = JobPhase.Running, Attempt = Attempt + 1, Runner = e.Runner, StartedAt = at, Why = e.Why, Key = e.Key,
            EndedAt = null, ExitCode = null, Says = null, Digest = null, Results = [], Reuses = null, Excused = [],
        };

    public JobState Ended(RunEvent.JobFinished e, DateTimeOffset at) =>
        this with
        {
            Phase = PhaseOf(e.Outcome), EndedAt = at, ExitCode = e.ExitCode, Says = e.Says, Digest = e.Digest,
            Results = e.Results.IsDefault ? [] : e.Results, Excused = e.Excused.IsDefault ? [] : e.Excused,
        };

    public JobState Skipped(RunEvent.JobSkipped e, DateTimeOffset at) =>
        this with { Phase = JobPhase.Skipped, EndedAt = at, Why = e.Why, Says = e.Why };

    public JobState Reused(RunEvent.JobReused e, DateTimeOffset at) =>
        this with
        {
            Phase = JobPhase.Succeeded, EndedAt = at, Why = e.Why, Says = e.Why, Digest = e.Digest, Key = e.Key,
            Results = e.Results.IsDefault ? [] : e.Results, Reuses = new(e.FromRun, e.FromJob),
        };

    public JobState Requeued(RunEvent.JobRequeued e)
    {
        return Again(e.Why) with
        {
            Losses = e.RunnerLost ? Losses + 1 : e.IsOfFlakyTests ? Losses : 0,
            Forced = e.Forced || ((e.RunnerLost || e.IsOfFlakyTests) && Forced),
            MustRun = !e.RunnerLost || MustRun,
            FlakyRetries = e.IsOfFlakyTests ? FlakyRetries + 1 : e.RunnerLost ? FlakyRetries : 0,
            FlakyTests = e.IsOfFlakyTests ? e.FlakyTests : e.RunnerLost ? FlakyTests : [],
        };
    }

    /// <summary>It waits as if it had never begun; attempts go on being counted.</summary>
    public JobState Again(string why) =>
        New(Name) with { Attempt = Attempt, Says = why };

    private static JobPhase PhaseOf(Outcome outcome) => outcome switch
    {
        Outcome.Succeeded => JobPhase.Succeeded,
        Outcome.Failed => JobPhase.Failed,
        Outcome.Lost => JobPhase.Lost,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "A finished job does not run."),
    };
}

public sealed record ReusedResult(string Run, string Job);
