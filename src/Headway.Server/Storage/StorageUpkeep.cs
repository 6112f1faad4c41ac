using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Storage;

/// <summary>Signs checkpoints and lets old evidence go. A failure is logged and tried again at the next turn.</summary>
public sealed partial class StorageUpkeep(
    IEventStore store, StorageOptions options, TimeProvider time, ILogger<StorageUpkeep> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var stop = stoppingToken;
        var pruned = time.GetUtcNow();
        using var timer = new PeriodicTimer(options.CheckpointEvery, time);
        while (await TurnAsync(timer, stop))
        {
            try
            {
                await store.CheckpointAsync(stop);
                if (time.GetUtcNow() - pruned < options.PruneEvery) continue;
                pruned = time.GetUtcNow();
                await store.PruneEvidenceAsync(pruned - options.EvidenceFor, stop);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                UpkeepFailed(e);
            }
        }
    }

    /// <summary>False when the server ends, which is no failure of this.</summary>
    private static async Task<bool> TurnAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "The upkeep of the store failed and is tried again later.")]
    private partial void UpkeepFailed(Exception e);
}
