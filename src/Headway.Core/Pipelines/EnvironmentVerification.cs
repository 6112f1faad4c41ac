using System.Collections.Immutable;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Core.Waiting;

namespace Headway.Core.Pipelines;

/// <summary>
/// Long tests, load and attacks against a release where it is out: they are a run of their own beside the environment, and
/// only what comes after it waits for them.
/// </summary>
public static class EnvironmentVerification
{
    /// <summary>The jobs that an environment asks for; none where it asks for none.</summary>
    public static ImmutableArray<JobSpec> JobsOf(Release release, string environment) =>
        release.Spec.Environments.FirstOrDefault(each => each.Name == environment)?.Verify is { IsDefault: false } jobs
            ? jobs : [];

    /// <summary>What the run is to carry: the jobs, told where the release is.</summary>
    public static (ServiceSpec Spec, RunTrigger Trigger) Of(Release release, string environment, string url, string branch)
    {
        var told = new Dictionary<string, string>
        {
            ["HEADWAY_URL"] = url, ["HEADWAY_RELEASE"] = release.Id, ["HEADWAY_ENVIRONMENT"] = environment,
        };
        var jobs = JobsOf(release, environment).Select(job => job with { Variables = job.Variables.SetItems(told) });
        return (release.Spec with { Jobs = [.. jobs] },
            new(TriggerKind.Verify, branch) { Verifies = new(release.Id, environment, url) });
    }

    /// <summary>A trial that gave way to that of another release goes on when its own is out again; null otherwise.</summary>
    public static RunCommand? Again(RunState run) => run is { Outcome: RunOutcome.Superseded, Trigger.Verifies: { } tried }
        ? new RunCommand.RestartJob(Broken(run), $"{tried.Release} is out in {tried.Environment} again.") : null;

    /// <summary>Why the release does not go on from the environment yet; null once it may.</summary>
    public static Wait? WhyWaits(Release release, string environment, RunState? run)
    {
        if (JobsOf(release, environment).IsEmpty || run?.Outcome is RunOutcome.Succeeded) return null;
        var names = string.Join(", ", JobsOf(release, environment).Select(job => job.Name));
        return run switch
        {
            null => new(WaitKind.Gate, release.Id, $"{names} is to be run against {release.Id} in {environment}.",
                "Its success.", null, null),
            { IsOpen: true } => new(WaitKind.Gate, release.Id,
                $"{Running(run)} tries {release.Id} in {environment} (run {run.Id}).", "Its success.", run.StartedAt, null),
            _ => new(WaitKind.Gate, release.Id,
                $"{release.Id} was tried in {environment} and did not pass (run {run.Id}): {run.Says}",
                $"`headway runs restart {run.Id} {Broken(run)}`, or a newer release.", run.FinishedAt, null),
        };
    }

    private static string Running(RunState run) => string.Join(", ",
        run.Jobs.Where(job => job.Phase is JobPhase.Running or JobPhase.Waiting).Select(job => job.Name));

    private static string Broken(RunState run) =>
        (run.Jobs.FirstOrDefault(job => job.Phase is JobPhase.Failed or JobPhase.Lost)
            ?? run.Jobs.FirstOrDefault(job => job.Phase is JobPhase.Waiting) ?? run.Jobs[0]).Name;
}
