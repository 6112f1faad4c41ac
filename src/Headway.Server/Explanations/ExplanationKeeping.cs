using Headway.Server.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Explanations;

/// <summary>
/// Explains every rollout once when it ends, and so keeps the explanation before its evidence goes. What ends while no
/// server runs is explained when somebody asks, as long as there is evidence.
/// </summary>
public sealed partial class ExplanationKeeping(
    LedgerReader reader, Explaining explaining, ILogger<ExplanationKeeping> log) : BackgroundService
{
    private const string Ended = "rollout.ended", Prefix = "rollout/";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await reader.CaughtUp.WaitAsync(stoppingToken);
        await foreach (var stored in reader.Follow().ReadAllAsync(stoppingToken))
        {
            if (stored.Type != Ended) continue;
            try
            {
                await explaining.OfAsync(stored.Stream[Prefix.Length..], stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailure(stored.Stream, failure);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Stream} could not be explained when it ended; it is explained when somebody "
        + "asks.")]
    private partial void LogFailure(string stream, Exception failure);
}
