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
        string Run, string Service, int Number, Commit Commit, ServiceSpec Spec) : RunEvent;

    public sealed record JobStarted(string Job, string Runner) : RunEvent;

    /// <param name="Digest">Of the artifact, when the job keeps one.</param>
    public sealed record JobFinished(string Job, Outcome Outcome, int? ExitCode, string Says, string? Digest)
        : RunEvent;

    /// <summary>
    /// The job, and every job that needs it, waits again: its runner was lost, or a person restarted it.
    /// </summary>
    /// <param name="RunnerLost">Counted: a job whose runner is lost twice is not tried a third time.</param>
    public sealed record JobRequeued(string Job, string Why, bool RunnerLost) : RunEvent;

    /// <summary>Nothing starts any more; jobs that run are stopped by their runners.</summary>
    public sealed record CancelRequested(string Why) : RunEvent;

    /// <param name="Release">Made when every job succeeded.</param>
    public sealed record Finished(RunOutcome Outcome, string Says, Release? Release) : RunEvent;
}

[System.Text.Json.Serialization.JsonConverter(
    typeof(System.Text.Json.Serialization.JsonStringEnumConverter<RunOutcome>))]
public enum RunOutcome { Succeeded, Failed, Cancelled, Superseded }
