using Headway.Core.Pipelines;
using Microsoft.Extensions.Hosting;

namespace Headway.Server.Pipelines;

/// <summary>Gives up runners that are silent for too long, or that let a job run far over its time.</summary>
public sealed class LostRunners(RunBook runs, RunnersHeard heard, PipelineOptions options, TimeProvider time)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.LookEvery, time);
        var last = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var passed = time.GetElapsedTime(last);
            last = time.GetTimestamp();
            await LookAsync(passed < options.LookEvery * 2 ? passed : options.LookEvery * 2, stoppingToken);
        }
    }

    private async Task LookAsync(TimeSpan passed, CancellationToken stop)
    {
        foreach (var run in runs.Open.ToList())
            foreach (var job in run.Jobs.Where(job => job.Phase is JobPhase.Running))
                if (WhyLost(run, job, passed) is { } why)
                    await runs.ChangeAsync(run.Id, "pipeline", state => state.Job(job.Name)?.Attempt == job.Attempt
                        ? RunDecider.RunnerLost(state, job.Name, why) : RunDecision.Of(), stop);
        heard.Forget((run, job, attempt) =>
            runs.Find(run)?.Job(job) is not { Phase: JobPhase.Running } now || now.Attempt != attempt);
    }

    private string? WhyLost(RunState run, JobState job, TimeSpan passed)
    {
        var silent = heard.Silent(run.Id, job, passed);
        if (silent > options.LostAfter) return $"Runner {job.Runner} was not heard for {silent.TotalSeconds:0} s.";
        var limit = run.Spec.Jobs.First(spec => spec.Name == job.Name).Timeout + options.OverTime;
        return time.GetUtcNow() - job.StartedAt > limit
            ? $"Runner {job.Runner} did not end the job, "
                + $"which is {options.OverTime.TotalMinutes:0} minutes over its time limit." : null;
    }
}
