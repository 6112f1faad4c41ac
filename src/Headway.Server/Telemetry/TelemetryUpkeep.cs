using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Telemetry;

/// <summary>
/// Restores telemetry at the start, decides about traces each second, makes checkpoints when they are due, and deletes
/// what is old. The last checkpoint is made at the stop. A turn that fails is said, and the next one is tried.
/// </summary>
internal sealed partial class TelemetryUpkeep(TelemetryState state, ILogger<TelemetryUpkeep> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExpireEvery = TimeSpan.FromSeconds(30);
    private readonly TelemetryKeeping _keeping = new(state);
    private DateTimeOffset _expired = state.Time.GetUtcNow();

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _keeping.Restore();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, state.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await InTurnAsync(Turn, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The stop; the last checkpoint follows.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await InTurnAsync(_keeping.Checkpoint, cancellationToken);
    }

    private void Turn()
    {
        var now = state.Time.GetUtcNow();
        state.Spans.Sampling.Decide(now);
        if (now < _expired || now - _expired > ExpireEvery)
        {
            _expired = now;
            _keeping.Expire();
        }
        if (_keeping.IsDue) _keeping.Checkpoint();
    }

    /// <summary>Telemetry that cannot be kept must not stop the server that it is about.</summary>
    private async Task InTurnAsync(Action act, CancellationToken stop)
    {
        await state.Turn.WaitAsync(stop);
        try
        {
            act();
        }
        catch (Exception failure)
        {
            LogFailure(failure);
        }
        finally
        {
            state.Turn.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The upkeep of telemetry failed; it is tried again.")]
    private partial void LogFailure(Exception failure);
}
