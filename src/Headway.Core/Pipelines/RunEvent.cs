using System.Collections.Immutable;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Core.Targets;

namespace Headway.Core.Pipelines;

/// <summary>What happened to a pipeline run. The stream is `run/ID`.</summary>
public abstract record RunEvent
{
    private RunEvent() { }

    public sealed record Started(
        string Run, string Service, int Number, Commit Commit, ServiceSpec Spec) : RunEvent
    {
        /// <summary>Null in what was recorded before triggers were.</summary>
        public RunTrigger? Trigger { get; init; }

        /// <summary>Digests of the files that jobs may read, by <see cref="FileSet.NameOf"/>; null: not known.</summary>
        public ImmutableSortedDictionary<string, string>? Files { get; init; }
    }

    public sealed record JobStarted(string Job, string Runner) : RunEvent
    {
        /// <summary>Why it runs, where something was asked; a sentence.</summary>
        public string? Why { get; init; }

        /// <summary>Under which its result is found again; null: under none.</summary>
        public string? Key { get; init; }
    }

    /// <summary>The job is not needed for this change; what needs it goes on.</summary>
    public sealed record JobSkipped(string Job, string Why) : RunEvent;

    /// <summary>The result of an earlier run stands for the job, which was not run.</summary>
    /// <param name="Key">Of both jobs; null where it is taken because nothing that the job names has changed.</param>
    public sealed record JobReused(
        string Job, string FromRun, string FromJob, string? Key, string? Digest, string Why) : RunEvent
    {
        public ImmutableArray<JobResult> Results { get; init; } = [];
    }

    /// <param name="Digest">Of the artifact, when the job keeps one.</param>
    public sealed record JobFinished(string Job, Outcome Outcome, int? ExitCode, string Says, string? Digest)
        : RunEvent
    {
        public ImmutableArray<JobResult> Results { get; init; } = [];

        /// <summary>Tests that failed and did not fail the job, since they are in quarantine.</summary>
        public ImmutableArray<string> Excused { get; init; } = [];
    }

    /// <summary>
    /// The job, and every job that needs it, waits again: its runner was lost, or a person restarted it.
    /// </summary>
    /// <param name="RunnerLost">Counted: a job whose runner is lost twice is not tried a third time.</param>
    public sealed record JobRequeued(string Job, string Why, bool RunnerLost) : RunEvent
    {
        /// <summary>A person named the job: it runs whatever its conditions say.</summary>
        public bool Forced { get; init; }

        /// <summary>Not empty: the job is tried again because these tests, known to be flaky, failed and no other did.</summary>
        public ImmutableArray<string> FlakyTests { get; init; } = [];

        [System.Text.Json.Serialization.JsonIgnore]
        public bool IsOfFlakyTests => !FlakyTests.IsDefaultOrEmpty;
    }

    /// <summary>Nothing starts any more; jobs that run are stopped by their runners.</summary>
    public sealed record CancelRequested(string Why) : RunEvent
    {
        /// <summary>The run that it gives way to, where that is the reason.</summary>
        public string? Newer { get; init; }
    }

    /// <param name="Release">Made when every job succeeded.</param>
    public sealed record Finished(RunOutcome Outcome, string Says, Release? Release) : RunEvent;
}

[System.Text.Json.Serialization.JsonConverter(
    typeof(System.Text.Json.Serialization.JsonStringEnumConverter<RunOutcome>))]
public enum RunOutcome { Succeeded, Failed, Cancelled, Superseded }
