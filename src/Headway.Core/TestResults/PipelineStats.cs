using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Pipelines;

namespace Headway.Core.TestResults;

[JsonConverter(typeof(JsonStringEnumConverter<RunClass>))]
public enum RunClass
{
    Succeeded,

    /// <summary>A job failed: the change, its tests, or its pipeline is at fault.</summary>
    Failed,

    /// <summary>A job was lost with its runner: the change is not at fault.</summary>
    LostByInfrastructure,

    /// <summary>Cancelled by a person, or given way to a newer commit: says nothing about the change.</summary>
    NotCounted,
}

/// <param name="Queued">From the start of the run to the start of its first job.</param>
/// <param name="Retried">A job was tried again because of a flaky test.</param>
public sealed record EndedRun(string Service, DateTimeOffset EndedAt, RunClass Class, TimeSpan Took, TimeSpan? Queued, bool Retried)
{
    /// <summary>Null for what has not ended, and for what is no pipeline of a commit: a trial, or a release that was handed over.</summary>
    public static EndedRun? Of(RunState run)
    {
        if (run is not { Outcome: { } outcome, FinishedAt: { } at }) return null;
        if (run.Trigger is { Kind: TriggerKind.Verify or TriggerKind.Provision or TriggerKind.Handover }) return null;
        var first = run.Jobs.Select(job => job.StartedAt).OfType<DateTimeOffset>().DefaultIfEmpty().Min();
        return new(run.Service, at, ClassOf(run, outcome), at - run.StartedAt,
            first == default ? null : first - run.StartedAt, run.Jobs.Any(job => job.FlakyRetries > 0));
    }

    private static RunClass ClassOf(RunState run, RunOutcome outcome) => outcome switch
    {
        RunOutcome.Succeeded => RunClass.Succeeded,
        RunOutcome.Failed when run.Jobs.Any(job => job.Phase is JobPhase.Failed) => RunClass.Failed,
        RunOutcome.Failed when run.Jobs.Any(job => job.Phase is JobPhase.Lost) => RunClass.LostByInfrastructure,
        RunOutcome.Failed => RunClass.Failed,
        _ => RunClass.NotCounted,
    };
}

/// <summary>
/// How a service's pipelines do: of the runs that ended by themselves, the share that succeeded. Runs that were cancelled or
/// superseded, and runs whose runner was lost, are counted apart and are in neither number of the share.
/// </summary>
/// <param name="SuccessRate">Null where nothing counts.</param>
/// <param name="RetriedRate">Share of those that had a job tried again because of a flaky test.</param>
public sealed record PipelineStats(
    string? Service, int Succeeded, int Failed, int LostByInfrastructure, int NotCounted, double? SuccessRate,
    double? RetriedRate)
{
    public double? SecondsP50 { get; init; }
    public double? SecondsP95 { get; init; }
    public double? QueuedSecondsP50 { get; init; }
    public double? QueuedSecondsP95 { get; init; }
    public ImmutableArray<PipelineDay> Days { get; init; } = [];

    public static PipelineStats Of(string? service, ImmutableArray<EndedRun> runs)
    {
        var counted = runs.Where(run => run.Class is RunClass.Succeeded or RunClass.Failed).ToList();
        var took = counted.Select(run => run.Took.TotalSeconds).Order().ToList();
        var queued = counted.Select(run => run.Queued?.TotalSeconds).OfType<double>().Order().ToList();
        return new(service, Count(runs, RunClass.Succeeded), Count(runs, RunClass.Failed),
            Count(runs, RunClass.LostByInfrastructure), Count(runs, RunClass.NotCounted), Rate(runs),
            counted.Count == 0 ? null : (double)counted.Count(run => run.Retried) / counted.Count)
        {
            SecondsP50 = Quantile(took, 0.5), SecondsP95 = Quantile(took, 0.95),
            QueuedSecondsP50 = Quantile(queued, 0.5), QueuedSecondsP95 = Quantile(queued, 0.95),
            Days = [.. runs.GroupBy(run => DateOnly.FromDateTime(run.EndedAt.UtcDateTime)).OrderBy(day => day.Key)
                .Select(day => new PipelineDay(day.Key, Count(day, RunClass.Succeeded), Count(day, RunClass.Failed), Rate(day)))],
        };
    }

    private static int Count(IEnumerable<EndedRun> runs, RunClass which) => runs.Count(run => run.Class == which);

    private static double? Rate(IEnumerable<EndedRun> runs)
    {
        var (good, bad) = (Count(runs, RunClass.Succeeded), Count(runs, RunClass.Failed));
        return good + bad == 0 ? null : (double)good / (good + bad);
    }

    /// <summary>The smallest value that so many of all do not exceed.</summary>
    private static double? Quantile(List<double> sorted, double share) =>
        sorted.Count == 0 ? null : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
}

public sealed record PipelineDay(DateOnly Day, int Succeeded, int Failed, double? SuccessRate);
