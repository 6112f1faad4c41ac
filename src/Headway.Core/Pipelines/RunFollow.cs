using System.Collections.Immutable;
using Headway.Core.Rollouts;
using Headway.Core.Targets;

namespace Headway.Core.Pipelines;

/// <summary>
/// What follows of itself, before anything is handed to a runner: jobs that are skipped, whose condition has no answer, or
/// whose result is known.
/// </summary>
public static class RunFollow
{
    /// <summary>All of it at once; after these events no waiting job can be decided without a runner.</summary>
    public static ImmutableArray<RunEvent> Of(RunState run, EarlierResults earlier)
    {
        var events = ImmutableArray.CreateBuilder<RunEvent>();
        while (run.IsOpen && run.CancelWhy is null && Level(run, earlier) is { IsEmpty: false } level)
        {
            events.AddRange(level);
            run = level.Aggregate(run, (next, e) => RunState.Evolve(
                next, new(e, run.Position, run.Version, run.StartedAt, "")));
        }
        return events.ToImmutable();
    }

    private static ImmutableArray<RunEvent> Level(RunState run, EarlierResults earlier)
    {
        var phases = new RunPhases(run);
        return [.. run.Spec.Jobs.Where(job => phases[job.Name] is JobPhase.Waiting)
            .Select(job => Of(run, job, JobTurn.Of(run, job, phases), earlier)).OfType<RunEvent>()];
    }

    private static RunEvent? Of(RunState run, JobSpec job, JobTurn turn, EarlierResults earlier) => turn switch
    {
        JobTurn.Skips { KeepsArtifact: true } skips => earlier.AtBase(job.Name) is { } kept
            ? Reused(job, kept, null, $"{skips.Why} What {kept.Run} made is taken.") : null,
        JobTurn.Skips skips => new RunEvent.JobSkipped(job.Name, skips.Why),
        JobTurn.Fails fails => new RunEvent.JobFinished(job.Name, Outcome.Failed, null, fails.Says, null),
        JobTurn.Runs => Known(run, job, earlier),
        _ => null,
    };

    private static RunEvent.JobReused? Known(RunState run, JobSpec job, EarlierResults earlier)
    {
        if (!JobFingerprint.MayStand(job) || run.Job(job.Name) is not { MustRun: false }) return null;
        foreach (var tools in earlier.Tools)
            foreach (var trust in ResultTrust.ReadableBy(run.Trigger))
                if (KeyOf(run, job, tools, trust) is { } key && earlier.ByKey(key) is { } known)
                    return Reused(job, known, key, $"Not run: same inputs as in {known.Run}, where it succeeded.");
        return null;
    }

    private static RunEvent.JobReused Reused(JobSpec job, EarlierResult known, string? key, string why) =>
        new(job.Name, known.Run, known.Job, key, known.Digest, why) { Results = known.Results };

    /// <summary>Null when the files of the commit could not be listed.</summary>
    public static string? KeyOf(RunState run, JobSpec job, string tools, string? trust = null) =>
        run.Files is { } files && files.TryGetValue(FileSet.NameOf(job), out var digest)
            ? JobFingerprint.Of(job, new(run.Service, trust ?? ResultTrust.Of(run.Trigger), digest, tools,
                [.. job.Needs.Select(need => run.Job(need)?.Digest).OfType<string>()],
                job.Artifact is null ? [] : CheckFiles.Of(run.Spec)))
            : null;
}
