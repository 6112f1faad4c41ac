using System.Collections.Concurrent;
using Headway.Core.Services;
using Headway.Server.Sources.Hosts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Sources;

/// <summary>
/// Looks at the branch of every service, every two seconds and at once after a push hook, and carries what is new.
/// A remote in trouble is asked less and less often and recorded once; other services are not held up by it.
/// </summary>
public sealed partial class SourceWatcher(
    ServiceBook services, SourceMirrors mirrors, SourceTurn turn, SourceOptions options,
    ILogger<SourceWatcher> log) : BackgroundService
{
    private readonly ConcurrentDictionary<string, Watch> _watches = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turns = new(options.AtOnce);
    private CancellationToken _stop;

    /// <summary>Begins to watch a service; false when it is watched already, or will be from the start.</summary>
    public bool Begin(string service)
    {
        // Before the start the service is among those that the start begins with.
        if (_stop == CancellationToken.None || _watches.ContainsKey(service)) return false;
        _watches.GetOrAdd(service, name =>
        {
            var watch = new Watch();
            watch.Running = WatchAsync(name, watch, _stop);
            return watch;
        });
        return true;
    }

    /// <summary>Something was pushed: look now.</summary>
    public void Poke(string service)
    {
        if (_watches.TryGetValue(service, out var watch) && watch.Pokes.CurrentCount == 0) watch.Pokes.Release();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stop = stoppingToken;
        foreach (var service in services.All) Begin(service.Name);
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_watches.Values.Select(watch => watch.Running));
    }

    private async Task WatchAsync(string service, Watch watch, CancellationToken stop)
    {
        await Task.Yield();
        var (pause, poked) = (options.PollEvery, false);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                pause = await LookAsync(service, poked, stop) ? options.PollEvery : Longer(pause);
                poked = await watch.Pokes.WaitAsync(pause * Jitter(), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<bool> LookAsync(string service, bool poked, CancellationToken stop)
    {
        await _turns.WaitAsync(stop);
        try
        {
            var watched = services.Find(service)!;
            var mirror = mirrors.Of(watched.Source, watched.Branch);
            await mirror.AloneAsync(() => LookAsync(watched, mirror, poked, stop), stop);
            if (services.Find(service)!.Trouble is not null)
                await services.AppendAsync(service, [new ServiceEvent.SourceTroubled(null)], stop);
            return true;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            await TroubledAsync(service, e, stop);
            return false;
        }
        finally
        {
            _turns.Release();
        }
    }

    private Task LookAsync(WatchedService service, GitMirror mirror, bool poked, CancellationToken stop) =>
        turn.LookAsync(service, mirror, poked, stop);

    private async Task TroubledAsync(string service, Exception trouble, CancellationToken stop)
    {
        if (trouble is not (GitFailedException or HostSilentException)) LogTrouble(log, service, trouble);
        if (services.Find(service) is not { Trouble: null } watched) return;
        var says = trouble is GitFailedException ? $"{watched.Source} cannot be read: {trouble.Message}"
            : trouble.Message;
        try
        {
            await services.AppendAsync(service, [new ServiceEvent.SourceTroubled(says)], stop);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // Nothing stops because the store is in trouble for a while; the next look tells it again.
            LogTrouble(log, service, e);
        }
    }

    /// <summary>So that a thousand services do not ask one host in the same moment.</summary>
    private static double Jitter() => 0.9 + 0.2 * Random.Shared.NextDouble();

    private TimeSpan Longer(TimeSpan pause) => pause * 2 < options.PollAtMost ? pause * 2 : options.PollAtMost;

    [LoggerMessage(LogLevel.Warning, "The source of {Service} could not be looked at.")]
    private static partial void LogTrouble(ILogger log, string service, Exception trouble);

    private sealed class Watch
    {
        public SemaphoreSlim Pokes { get; } = new(0, 1);
        public Task Running { get; set; } = Task.CompletedTask;
    }
}
