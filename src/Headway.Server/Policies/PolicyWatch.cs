using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Policies;
using Headway.Core.Waiting;
using Headway.Server.Intent;
using Headway.Server.Journal;
using Headway.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Policies;

/// <summary>
/// Asks the policies of what users have about each release that is out: each minute, and when a policy has changed. What is wrong is
/// shown and recorded; nothing is taken back for it.
/// </summary>
public sealed partial class PolicyWatch(PolicyDesk desk, Ledger ledger, StateRepo repo, TimeProvider time, ILogger<PolicyWatch> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, (string Release, ImmutableArray<PolicyAnswer> Answers)> _seen = new();
    private readonly SemaphoreSlim _poked = new(0, 1);

    /// <summary>What stands against releases of a service that users have.</summary>
    public IEnumerable<Wait> Of(ServiceView service) =>
        from environment in service.Environments
        let lane = $"{service.Name}/{environment.Name}"
        where _seen.TryGetValue(lane, out var seen) && seen.Release == ledger.Lane(service.Name, environment.Name).Current
        from answer in _seen[lane].Answers
        select new Wait(WaitKind.Policy, lane, $"{_seen[lane].Release}, which users have, breaks policy `{answer.Policy}`: {answer.Says}",
            $"A release that keeps it; nothing is taken back for this by itself (`headway policy explain {service.Name} --environment {environment.Name}`).",
            null, null);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        repo.OnChange((_, _) => Poke());
        try
        {
            for (; ; await _poked.WaitAsync(Every, stoppingToken)) await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    public override void Dispose()
    {
        _poked.Dispose();
        base.Dispose();
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

    private async Task LookAsync(CancellationToken stop)
    {
        foreach (var lane in ledger.Lanes.ToList())
            if (lane.Current is { } current && ledger.Release(current) is { } release)
                await LookAsync(lane.Lane, lane.Environment, release, stop);
        Looked = time.GetUtcNow();
    }

    /// <summary>When all of them were looked at last.</summary>
    public DateTimeOffset? Looked { get; private set; }

    private async Task LookAsync(string lane, string environment, Core.Releases.Release release, CancellationToken stop)
    {
        try
        {
            _seen[lane] = (release.Id, await desk.LookAsync(release, environment, stop));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LookFailed(lane, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Policies could not be asked about {Lane}; they are asked again.")]
    private partial void LookFailed(string lane, Exception e);
}
