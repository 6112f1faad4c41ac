using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Server.TestResults;

namespace Headway.Server.Pipelines;

/// <summary>
/// Hands jobs to runners that ask. The queue is what the runs say is ready; which of them a runner gets is
/// <see cref="JobChoice"/>'s to say.
/// </summary>
public sealed class JobQueue(
    RunBook runs, RunnersHeard heard, PipelineOptions options, TimeProvider time, ShardOrders shards) : IDisposable
{
    private readonly Dictionary<string, long> _served = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _alone = new(1);
    private long _jobs;

    /// <summary>A job for the runner, or null when none became ready within the time.</summary>
    public async Task<JobOrder?> ClaimAsync(RunnerOffer runner, TimeSpan wait, CancellationToken stop)
    {
        await SettleAsync(runner.Name, stop);
        using var limit = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        while (true)
        {
            var changed = runs.Changed.Next;
            if (await HeldAsync(runner.Name, stop) is { } again) return again;
            if (await NextAsync(runner, stop) is { } order) return order;
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

    public void Dispose() => _alone.Dispose();

    /// <summary>One runner at a time, so that a group's limit and the turns of services are kept.</summary>
    private async Task<JobOrder?> NextAsync(RunnerOffer runner, CancellationToken stop)
    {
        // Most of those who wait are woken for nothing: they look before they queue.
        if (Choose(runner) is null) return null;
        await _alone.WaitAsync(stop);
        try
        {
            while (Choose(runner) is { } next)
                if (await HandOutAsync(next, runner.Name, stop) is { } order)
                {
                    lock (_served) _served[next.Run.Service] = ++_jobs;
                    return order;
                }
            return null;
        }
        finally
        {
            _alone.Release();
        }
    }

    private JobWaiting? Choose(RunnerOffer runner)
    {
        lock (_served) return JobChoice.Next([.. runs.Open], runner, _served);
    }

    private async Task<JobOrder?> HandOutAsync(JobWaiting next, string runner, CancellationToken stop)
    {
        var (run, job) = (next.Run.Id, next.Job.Name);
        var handedOut = false;
        await runs.ChangeAsync(run, runner, state =>
        {
            // Between looking and deciding the run may have been cancelled.
            handedOut = RunDecider.Ready(state).Any(ready => ready.Name == job);
            return handedOut ? RunDecision.Of(new RunEvent.JobStarted(job, runner)) : RunDecision.Of();
        }, stop);
        if (!handedOut) return null;
        var state = runs.Find(run)!;
        heard.Begun(state.Id, state.Job(job)!);
        return await OrderOfAsync(state, job, stop);
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

    private async Task<JobOrder?> HeldAsync(string runner, CancellationToken stop) =>
        RunningOn(runner).Take(1).ToList() is [var (run, job)] ? await OrderOfAsync(run, job.Name, stop) : null;

    private IEnumerable<(RunState Run, JobState Job)> RunningOn(string runner) =>
        from run in runs.Open
        from job in run.Jobs
        where job.Phase is JobPhase.Running && job.Runner == runner
        select (run, job);

    private async Task<JobOrder> OrderOfAsync(RunState run, string name, CancellationToken stop)
    {
        var job = run.Spec.Jobs.First(each => each.Name == name);
        var needs = job.Needs.Select(need => run.Job(need)?.Digest).OfType<string>();
        ImmutableArray<string> include = job.Artifact is null ? [] : CheckFiles.Of(run.Spec);
        return new($"{run.Id}/{name}", run.Service, run.Commit.Sha, job.Run, job.Artifact, include, [.. needs],
            job.Timeout, options.LogBytes, job.Network, run.Job(name)!.Attempt, job.Reports)
        {
            Variables = job.Variables,
            Shard = await shards.OfAsync(run, job, stop),
            Room = job.Room, Trust = JobChoice.TrustOf(run), LeavesNothing = JobChoice.LeavesNothing(run),
            Results = ResultWanted.Of(job), WantsContracts = job.Verify is not null,
            Secrets = job.Secrets.IsDefault ? [] : job.Secrets,
        };
    }
}
