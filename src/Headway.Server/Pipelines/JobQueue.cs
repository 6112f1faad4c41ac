using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Core.Services;

namespace Headway.Server.Pipelines;

/// <summary>Hands jobs to runners that ask. The queue is what the runs say is ready, the oldest run first.</summary>
public sealed class JobQueue(RunBook runs, RunnersHeard heard, PipelineOptions options, TimeProvider time)
{
    /// <summary>A job for the runner, or null when none became ready within the time.</summary>
    public async Task<JobOrder?> ClaimAsync(string runner, TimeSpan wait, CancellationToken stop)
    {
        await SettleAsync(runner, stop);
        using var limit = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        while (true)
        {
            var changed = runs.Changed.Next;
            if (Held(runner) is { } again) return again;
            foreach (var run in runs.Open.ToList())
                if (RunDecider.Ready(run) is [var job, ..]
                    && await HandOutAsync(run.Id, job.Name, runner, stop) is { } order)
                    return order;
            try
            {
                await changed.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    private async Task<JobOrder?> HandOutAsync(string run, string job, string runner, CancellationToken stop)
    {
        var handedOut = false;
        await runs.ChangeAsync(run, runner, state =>
        {
            // Between looking and deciding another runner may have been faster.
            handedOut = RunDecider.Ready(state).Any(ready => ready.Name == job);
            return handedOut ? RunDecision.Of(new RunEvent.JobStarted(job, runner)) : RunDecision.Of();
        }, stop);
        if (!handedOut) return null;
        var state = runs.Find(run)!;
        heard.Begun(state.Id, state.Job(job)!);
        return OrderOf(state, job);
    }

    /// <summary>
    /// A runner carries one job at a time, so one that asks has nothing. A job of which nothing was heard was lost
    /// with the answer that handed it out, and is handed out again; any other died with the runner.
    /// </summary>
    private async Task SettleAsync(string runner, CancellationToken stop)
    {
        foreach (var (run, job) in RunningOn(runner).Where(each => heard.Spoke(each.Run.Id, each.Job)).ToList())
            await runs.ChangeAsync(run.Id, runner,
                state => state.Job(job.Name) is { Phase: JobPhase.Running } now && now.Attempt == job.Attempt
                    ? RunDecider.RunnerLost(state, job.Name, $"Runner {runner} was restarted while it carried the job.")
                    : RunDecision.Of(), stop);
    }

    private JobOrder? Held(string runner) =>
        RunningOn(runner).Select(each => OrderOf(each.Run, each.Job.Name)).FirstOrDefault();

    private IEnumerable<(RunState Run, JobState Job)> RunningOn(string runner) =>
        from run in runs.Open
        from job in run.Jobs
        where job.Phase is JobPhase.Running && job.Runner == runner
        select (run, job);

    private JobOrder OrderOf(RunState run, string name)
    {
        var job = run.Spec.Jobs.First(each => each.Name == name);
        var needs = job.Needs.Select(need => run.Job(need)?.Digest).OfType<string>();
        ImmutableArray<string> include = job.Artifact is null ? [] : CheckFiles.Of(run.Spec);
        return new($"{run.Id}/{name}", run.Service, run.Commit.Sha, job.Run, job.Artifact, include, [.. needs],
            job.Timeout, options.LogBytes, job.Network, run.Job(name)!.Attempt, job.Reports);
    }
}

/// <summary>Files of the source that the checks of environments run: they travel with the artifact.</summary>
internal static class CheckFiles
{
    public static ImmutableArray<string> Of(ServiceSpec spec) =>
        [.. spec.Environments.SelectMany(environment => environment.Checks)
            .SelectMany(check => check.Split((char[])[' ', '\t', '\n', '"', '\'', ';', '&', '|', '(', ')'],
                StringSplitOptions.RemoveEmptyEntries))
            .Where(LooksLikeFile).Select(word => word.StartsWith("./", StringComparison.Ordinal) ? word[2..] : word)
            .Distinct().Order(StringComparer.Ordinal)];

    private static bool LooksLikeFile(string word) =>
        word[0] is not ('/' or '-' or '$') && word.Length > 2 && (word.Contains('/') || word.Contains('.'))
            && !word.Contains(':') && !word.Contains('=') && !word.Split('/').Contains("..");
}
