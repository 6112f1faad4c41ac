using Headway.Server.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Intent;

/// <summary>Looks for commits of others in the state repo, here or where it is kept, and has them obeyed like any other way in.</summary>
public sealed partial class IntentWatch(
    StateKeeping keeping, IntentDesk desk, IntentObedience obedience, LedgerReader reader, ILogger<IntentWatch> log) : BackgroundService
{
    private static readonly TimeSpan Here = TimeSpan.FromSeconds(1), There = TimeSpan.FromSeconds(2), Longest = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _poked = new(0, 1);
    private int _failures;

    /// <summary>Something was pushed: look now.</summary>
    public void Poke()
    {
        try { _poked.Release(); }
        catch (SemaphoreFullException)
        {
            // It looks already.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What a commit asks for is told by what is known of services and releases.
        await reader.CaughtUp.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await desk.TakeAsync(() => LookAsync(stoppingToken), stoppingToken);
                _failures = 0;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                if (_failures++ == 0) LogTrouble(failure.Message);
            }
            await _poked.WaitAsync(Next(), stoppingToken);
        }
    }

    private async Task<ForeignCommits?> LookAsync(CancellationToken stop)
    {
        var foreign = await keeping.LookAsync(stop);
        if (foreign is not null) await obedience.TakeAsync(foreign, stop);
        await obedience.RetryAsync(keeping.Repo.Head, stop);
        return foreign;
    }

    /// <summary>What does not answer is asked less and less often.</summary>
    private TimeSpan Next()
    {
        var usual = keeping.Repo.Remote is null ? Here : There;
        var next = usual * Math.Pow(2, Math.Min(_failures, 6));
        return next < Longest ? next : Longest;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The state repo cannot be looked at: {Reason} It is tried again.")]
    private partial void LogTrouble(string reason);
}
