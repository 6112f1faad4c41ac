using Headway.Cli.Status;
using Headway.Core.Pipelines;
using Headway.Core.Provisioning;

namespace Headway.Cli.Pipelines;

/// <summary>A run in words: each job below the last of those that it needs.</summary>
internal static class RunText
{
    public static IEnumerable<string> Of(RunState run, DateTimeOffset now)
    {
        yield return $"{run.Id}: {run.Commit.Short} \"{run.Commit.Subject}\" by {run.Commit.Author}, {Words.Ago(run.StartedAt)}";
        yield return $"  started by {Trigger(run)}";
        foreach (var template in run.Spec.Templates)
            yield return $"  template {template.Name}@{template.Version} ({template.Digest[..Math.Min(19, template.Digest.Length)]})";
        foreach (var line in Jobs(run, now, live: true)) yield return line;
        yield return Outcome(run);
    }

    public static IEnumerable<string> Jobs(RunState run, DateTimeOffset now, bool live)
    {
        var depth = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var spec in JobGraph.Ordered(run.Spec.Jobs))
        {
            depth[spec.Name] = spec.Needs.IsEmpty ? 0 : spec.Needs.Max(need => depth[need]) + 1;
            if (run.Job(spec.Name) is not { } job || (!live && job.Phase is JobPhase.Waiting)) continue;
            var indent = new string(' ', 2 * Math.Min(depth[spec.Name], 10));
            yield return $"  {indent}{Mark(job)} {job.Name}: {Says(run, job, now, live)}".TrimEnd();
        }
    }

    public static string Outcome(RunState run) => run switch
    {
        { Release: { } release } => $"{run.Says} It made release {release.Id}.",
        { Outcome: RunOutcome.Succeeded } => run.Says ?? "Succeeded.",
        { Outcome: { } outcome } => $"{outcome}: {run.Says}",
        { CancelWhy: { } why } => $"Being ended: {why}",
        _ => $"{run.Jobs.Count(job => job.Phase is not (JobPhase.Waiting or JobPhase.Running))} of {run.Jobs.Length} jobs "
            + "have ended.",
    };

    private static string Says(RunState run, JobState job, DateTimeOffset now, bool live)
    {
        var took = job.StartedAt is { } from && (job.EndedAt is not null || live)
            ? $" ({Words.Of((job.EndedAt ?? now) - from)})" : "";
        var again = job.Attempt > 1 ? $" in attempt {job.Attempt}" : "";
        return job switch
        {
            { Reuses: { } reused } => $"done by {reused.Run}. {job.Says}",
            { Phase: JobPhase.Skipped } => $"skipped. {job.Why}",
            { Phase: JobPhase.Waiting } when !run.IsOpen => "did not run: the run had ended.",
            { Phase: JobPhase.Waiting } => job.Says is null ? "waits" : $"waits. {job.Says}",
            { Phase: JobPhase.Running } => $"runs on {job.Runner}{took}{again}. {job.Why}",
            { Phase: JobPhase.Succeeded } => $"done{took}{again}. {job.Why ?? job.Says}",
            _ => $"{(job.Phase is JobPhase.Lost ? "lost" : "failed")}{took}{again}. {job.Says}",
        };
    }

    private static string Mark(JobState job) => job.Phase switch
    {
        JobPhase.Succeeded when job.Reuses is not null => "=",
        JobPhase.Succeeded => "+",
        JobPhase.Skipped => "-",
        JobPhase.Running => ">",
        JobPhase.Waiting => ".",
        _ => "!",
    };

    private static string Trigger(RunState run) => run.Trigger switch
    {
        null => "a push",
        { Verifies: { } tried } => $"{tried.Release} being out in {tried.Environment}, which asks for it to be verified",
        { Provisions: { } made } => $"{made.Environment} being to be {(made.Act is ProvisionAct.Make ? "made" : made.Act is ProvisionAct.Check ? "looked at" : "taken away")}. {made.Why}",
        { MergeRequest: { } request } => $"merge request {request.Number} of {request.Author} into {run.Trigger.Branch}",
        { Tag: { } tag } => $"tag {tag}",
        { Kind: TriggerKind.Manual, By: { } person } => $"{person} on {run.Trigger.Branch}",
        { Kind: TriggerKind.Schedule } => $"a schedule on {run.Trigger.Branch}",
        { Kind: TriggerKind.Handover, By: { } person } => $"{person}, who handed it over",
        { Changed: { } changed } => $"a push to {run.Trigger.Branch}: "
            + (changed.Length == 1 ? "1 file changed" : $"{changed.Length} files changed"),
        _ => $"a push to {run.Trigger.Branch}",
    };
}
