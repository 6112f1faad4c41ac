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
    public sealed record JobFinished(string Job, Outcome Outcome, int? ExitCode, string Says, string? Digest) : RunEvent;

    /// <param name="Release">Made when every job succeeded.</param>
    public sealed record Finished(RunOutcome Outcome, string Says, Release? Release) : RunEvent;
}

[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<RunOutcome>))]
public enum RunOutcome { Succeeded, Failed, Cancelled, Superseded }
