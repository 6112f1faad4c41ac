using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;

namespace Headway.Core.Waiting;

/// <summary>Why a run's next job does not start: no runner may carry it, or others have to end first.</summary>
public static class JobWaits
{
    /// <param name="open">All runs that have not ended, since they share groups.</param>
    /// <param name="runners">Those that were heard lately, at work or asking.</param>
    public static Wait Of(RunState run, IReadOnlyList<RunState> open, IReadOnlyList<RunnerOffer> runners)
    {
        var running = JobChoice.Running(open);
        foreach (var job in RunDecider.Ready(run))
        {
            if (WhyUncarried(run, job, runners) is { } uncarried) return Says(run, uncarried.Says, uncarried.Unblocks);
            if (!run.AnyRunning && JobChoice.FullGroup(job, running) is { } full)
                return Says(run, $"Job {job.Name} waits for its turn: {full.Most} of at most {full.Most} jobs of "
                    + $"`{full.Name}` run.", "One of them ending.");
        }
        return Says(run, $"{run.Commit.Short} \"{run.Commit.Subject}\" is being built and tested.", null);
    }

    private static Wait Says(RunState run, string says, string? unblocks) =>
        new(WaitKind.Building, run.Id, says, unblocks, run.StartedAt, null);

    private static (string Says, string Unblocks)? WhyUncarried(
        RunState run, JobSpec job, IReadOnlyList<RunnerOffer> runners)
    {
        var trust = JobChoice.TrustOf(run);
        if (runners.Any(runner => runner.Takes(job, trust))) return null;
        var labels = (job.Room ?? JobRoom.Plain).Labels;
        var start = $"`headway runner{string.Concat(labels.Select(label => $" --label {label}"))}"
            + $"{(trust is JobTrust.Fork ? " --trust fork" : "")}` on a machine that may carry it.";
        var fitting = runners.Where(runner => runner.Trust == trust).ToImmutableArray();
        if (runners.Count == 0) return ($"Job {job.Name} waits for a runner, and none has asked for work lately.", start);
        if (fitting.IsEmpty)
            return ($"Job {job.Name} waits for a runner that takes jobs of {Words(trust)}; the {runners.Count} that asked "
                + "lately do not.", start);
        var nearest = fitting.MinBy(runner => runner.Missing(job).Length)!;
        return ($"No runner can carry job {job.Name}: it asks for {Quoted(labels)}, and the nearest runner, {nearest.Name}, "
            + $"lacks {Quoted(nearest.Missing(job))}.", start);
    }

    private static string Words(JobTrust trust) => trust is JobTrust.Fork ? "forks" : "branches";

    private static string Quoted(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"`{word}`"));
}
