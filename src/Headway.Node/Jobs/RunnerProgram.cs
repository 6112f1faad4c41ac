using Headway.Core.Nodes;
using Headway.Node.Jobs.Containers;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Jobs;

/// <summary>
/// The job runner: asks the server for a job, carries it, asks again. It dials out and holds no keys. The server may be
/// away at any time: a running job goes on, and its end is told when the server is back.
/// </summary>
public static partial class RunnerProgram
{
    private static readonly TimeSpan ClaimWait = TimeSpan.FromSeconds(25);

    /// <summary>Carries as many jobs at once as the options say; ends when stopped.</summary>
    public static Task RunAsync(RunnerOptions options, ILogger log, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(1, Math.Max(options.Jobs, 1)).Select(number =>
            Task.Run(() => RunOneAsync(options.Slot(number), log, stop), CancellationToken.None)));

    private static async Task RunOneAsync(RunnerOptions options, ILogger log, CancellationToken stop)
    {
        Directory.CreateDirectory(options.Data);
        Directory.CreateDirectory(options.Caches);
        var sandbox = await Sandbox.DetectAsync(options, stop);
        Leftovers.EndAll(sandbox);
        await JobContainers.EndAllAsync(sandbox, stop);
        JobFolder.Clear(sandbox.Home);
        LogStarted(log, options.Name, options.Server, sandbox.Isolation.Says(sandbox.Uid is not null));
        using var link = new RunnerLink(options);
        var tools = new ToolsDigest(sandbox.Isolation.Says(sandbox.Uid is not null));
        var pause = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, stop);
                if (await ClaimAsync(link, options, tools, log, stop) is { } order)
                    await CarryAsync(new(sandbox, link, options, order), order, log, stop);
                pause = TimeSpan.Zero;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                if (pause == TimeSpan.Zero) LogAway(log, options.Server, e.Message);
                pause = Longer(pause, options);
            }
        }
    }

    private static async Task<JobOrder?> ClaimAsync(
        RunnerLink link, RunnerOptions options, ToolsDigest tools, ILogger log, CancellationToken stop)
    {
        var order = await link.ClaimAsync(ClaimWait, tools.Now(), stop);
        if (order is not null) LogClaimed(log, options.Name, order.Job, order.Attempt);
        return order;
    }

    private static async Task CarryAsync(JobRun run, JobOrder order, ILogger log, CancellationToken stop)
    {
        await run.RunAsync(stop);
        LogDone(log, order.Job);
    }

    private static TimeSpan Longer(TimeSpan pause, RunnerOptions options) =>
        pause == TimeSpan.Zero ? options.RetryFirst
        : pause * 2 < options.RetryLongest ? pause * 2 : options.RetryLongest;

    [LoggerMessage(LogLevel.Information, "Runner {Name} asks {Server} for jobs; each gets {Isolation}.")]
    private static partial void LogStarted(ILogger log, string name, Uri server, string isolation);

    [LoggerMessage(LogLevel.Information, "Runner {Name} carries {Job}, attempt {Attempt}.")]
    private static partial void LogClaimed(ILogger log, string name, string job, int attempt);

    [LoggerMessage(LogLevel.Information, "{Job} is done.")]
    private static partial void LogDone(ILogger log, string job);

    [LoggerMessage(LogLevel.Warning, "{Server} does not answer and is tried again: {Why}")]
    private static partial void LogAway(ILogger log, Uri server, string why);
}
