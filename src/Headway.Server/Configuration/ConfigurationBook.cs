using System.Collections.Immutable;
using Headway.Core.Configuration;
using Headway.Core.Intent;
using Headway.Server.Intent;
using Headway.Server.Journal;
using Headway.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Configuration;

/// <summary>
/// Makes a version of a service's configuration whenever what the state repo sets has changed, which lanes then carry like a release. What was
/// changed while no server ran is found when it starts.
/// </summary>
public sealed partial class ConfigurationBook(
    ConfigurationFiles files, StateRepo repo, Ledger ledger, (IEventStore Store, LedgerReader Reader) record, ILogger<ConfigurationBook> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _poked = new(0, 1), _alone = new(1);

    public override void Dispose()
    {
        _poked.Dispose();
        _alone.Dispose();
        base.Dispose();
    }

    /// <summary>Looks at one service now.</summary>
    /// <returns>Number of the version that holds; 0 before there is one.</returns>
    public async Task<int> LookAsync(ServiceView service, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            var known = await record.Store.LoadAsync<ConfigurationEvent>($"config/{service.Name}", stop);
            var before = (known.LastOrDefault().Event as ConfigurationEvent.Changed)?.Version;
            var wanted = service.Environments.ToDictionary(each => each.Name, each => files.Set(service.Name, each.Name), StringComparer.Ordinal);
            if (ConfigurationVersion.Next(before, wanted) is not { } next) return before?.Number ?? 0;
            var commit = (await repo.LogAsync(null, 1, stop)).FirstOrDefault();
            foreach (var path in wanted.Keys.Select(each => ConfigurationLayers.ForOne(service.Name, each)).Append(ConfigurationLayers.ForAll(service.Name)))
                if ((await repo.LogAsync(path, 1, stop)).FirstOrDefault() is { } touched && (commit is null || touched.At >= commit.At)) commit = touched;
            await record.Store.AppendAsync($"config/{service.Name}", known.LastOrDefault().Version, commit?.By ?? "headway",
                ImmutableArray.Create<ConfigurationEvent>(new ConfigurationEvent.Changed(next, commit?.Commit, commit?.Subject ?? "Change the configuration")), stop);
            record.Reader.Poke();
            return next.Number;
        }
        finally
        {
            _alone.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        repo.OnChange((before, after) =>
        {
            if (!after.IsSame(before, IntentPath.Configuration)) Poke();
        });
        try
        {
            await record.Reader.CaughtUp.WaitAsync(stoppingToken);
            // Services come and get environments without a change of the state repo.
            for (; ; await _poked.WaitAsync(Every, stoppingToken))
                foreach (var service in ledger.Services)
                    if (ledger.Configuration(service.Name) is not null || files.IsSet(service.Name)) await TryAsync(service, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    private void Poke()
    {
        try
        {
            if (_poked.CurrentCount == 0) _poked.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else was faster, or the server ends.
        }
    }

    private async Task TryAsync(ServiceView service, CancellationToken stop)
    {
        try
        {
            await LookAsync(service, stop);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LookFailed(service.Name, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The configuration of {Service} could not be looked at; it is looked at again.")]
    private partial void LookFailed(string service, Exception e);
}
