using System.Collections.Concurrent;
using Headway.Server.Pipelines;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Sources.Reports;

/// <summary>
/// Keeps the hosts of repositories informed: soon after something changed, and again less and less often while a host
/// does not answer. Nothing on the main path waits for it, and services do not wait for each other.
/// </summary>
public sealed partial class ReportDesk(
    ServiceBook services, RunBook runs, ReportPass pass, SourceOptions options, ILogger<ReportDesk> log)
    : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, string> troubles = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> telling = new(StringComparer.Ordinal);

    /// <summary>Why the host of a service was not told, or null.</summary>
    public string? TroubleOf(string service) => troubles.GetValueOrDefault(service);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var service in services.All)
                _ = telling.GetOrAdd(service.Name, name => TellOnAsync(name, stoppingToken));
            await Task.Delay(Pace, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Task.WhenAll(telling.Values);
    }

    private async Task TellOnAsync(string name, CancellationToken stop)
    {
        await Task.Yield();
        var pause = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            var changed = runs.Changed.Next;
            try
            {
                pause = await TellAsync(name, stop) ? TimeSpan.Zero : Longer(pause);
                // Rollouts and refusals have no pulse of their own, so a look is taken each second.
                if (pause == TimeSpan.Zero) await Task.WhenAny(changed, Task.Delay(Pace, stop));
                else await Task.Delay(pause * (0.9 + 0.2 * Random.Shared.NextDouble()), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<bool> TellAsync(string name, CancellationToken stop)
    {
        string? problem;
        try
        {
            problem = await pass.TellAsync(services.Find(name)!, stop);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            LogFailed(log, name, e);
            problem = e.Message;
        }
        if (problem is null) troubles.TryRemove(name, out _);
        else troubles[name] = problem;
        return problem is null;
    }

    private TimeSpan Longer(TimeSpan pause) => pause == TimeSpan.Zero ? options.ReportAgain
        : pause * 2 < options.ReportAgainAtMost ? pause * 2 : options.ReportAgainAtMost;

    [LoggerMessage(LogLevel.Warning, "The host of {Service}'s repository could not be told how its commits fare.")]
    private static partial void LogFailed(ILogger log, string service, Exception failure);
}
