using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Core.Waiting;
using Headway.Server.Journal;
using Headway.Server.Pipelines;
using Headway.Server.Sources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Rollouts;

/// <summary>
/// Starts the jobs that try a release once it is out in an environment, and keeps the environment after it waiting until they
/// have passed. What is to be tried is read off the lanes each time, so nothing is lost with a server that dies.
/// </summary>
public sealed partial class Verifications(
    LaneWorld world, RunBook runs, ServiceBook services, ILogger<Verifications> log) : BackgroundService
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>The gate between an environment with `verify:` and the one after it.</summary>
    public static Wait? WhyWaits(Ledger ledger, RunBook runs, Release release, string environment)
    {
        var environments = ledger.Service(release.Service)?.Environments ?? [];
        return PromotionOrder.Before(environments, environment)
            .Where(before => !EnvironmentVerification.JobsOf(release, before).IsEmpty)
            .Select(before => EnvironmentVerification.WhyWaits(release, before, runs.Verifying(release, before)))
            .FirstOrDefault(wait => wait is not null);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await world.Reader.CaughtUp.WaitAsync(stoppingToken);
        var events = world.Reader.Follow();
        try
        {
            foreach (var lane in world.Ledger.Lanes.ToList()) await TryAsync(lane.Service, lane.Environment, stoppingToken);
            await foreach (var stored in events.ReadAllAsync(stoppingToken))
                if (stored.Type is "lane.releasePromoted" or "lane.rolloutClosed")
                {
                    var lane = stored.Stream["lane/".Length..];
                    var slash = lane.LastIndexOf('/');
                    await TryAsync(lane[..slash], lane[(slash + 1)..], stoppingToken);
                }
        }
        finally
        {
            world.Reader.Leave(events);
        }
    }

    private async Task TryAsync(string service, string environment, CancellationToken stop)
    {
        while (true)
            try
            {
                await StartAsync(service, environment, stop);
                return;
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                LogTrouble(log, service, environment, e);
                await Task.Delay(AgainAfter, stop);
            }
    }

    private async Task StartAsync(string service, string environment, CancellationToken stop)
    {
        if (world.Ledger.Lane(service, environment).Current is not { } current
            || world.Ledger.Release(current) is not { } release
            || EnvironmentVerification.JobsOf(release, environment).IsEmpty
            || world.Places.Of($"{service}/{environment}") is not { } place) return;
        var (spec, trigger) = EnvironmentVerification.Of(
            release, environment, $"http://127.0.0.1:{place.Listen}", services.Find(service)?.Branch ?? "");
        await runs.VerifyAsync(release, spec, trigger, stop);
    }

    [LoggerMessage(LogLevel.Warning, "What tries {Service} in {Environment} could not be started; it is tried again.")]
    private static partial void LogTrouble(ILogger log, string service, string environment, Exception trouble);
}
