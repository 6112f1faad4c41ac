using Headway.Server.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Registry.Collecting;

/// <summary>Collects now and then. A failure is logged and tried again at the next turn.</summary>
public sealed partial class RegistryUpkeep(
    RegistryWorld world, Collection collection, LedgerReader reader, ILogger<RegistryUpkeep> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(world.Limits.CollectEvery, world.Time);
        // What lanes need is known only once the whole record is read.
        await reader.CaughtUp.WaitAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var report = await collection.RunAsync(isRehearsal: false, "retention", stoppingToken);
                if (report.Count + report.Files > 0) LogCollected(report.Count, report.Files, report.Bytes);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(LogLevel.Information,
        "The registry let {Count} tags, manifests and links go by its rules, and {Files} files with {Bytes} bytes.")]
    private partial void LogCollected(long count, long files, long bytes);

    [LoggerMessage(LogLevel.Error, "The collection of the registry failed and is tried again later.")]
    private partial void LogFailed(Exception e);
}
