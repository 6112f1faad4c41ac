using Headway.Server.Sources.Hooks;
using Headway.Server.Sources.Hosts;
using Headway.Server.Sources.Reports;
using Headway.Server.Sources.Triggers;
using Headway.Server.Scans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Headway.Server.Sources;

/// <summary>What the server needs to watch sources; the endpoints are in <see cref="SourceEndpoints"/>.</summary>
public static class SourcesSetup
{
    public static IServiceCollection AddSources(this IServiceCollection services, SourceOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Git>()
        .AddSingleton<SourceMirrors>()
        .AddSingleton<ServiceBook>()
        .AddSingleton<RepositoryHosts>()
        .AddSingleton<CommitSigners>()
        .AddSingleton<SourceLogins>()
        .AddSingleton<SourceKeys>()
        .AddSingleton<SourceGate>()
        .AddSingleton<ChangeScanning>()
        .AddSingleton<CommitCarrying>()
        .AddSingleton<RequestRuns>()
        .AddSingleton<RefsBeside>()
        .AddSingleton<Schedules>()
        .AddSingleton<SourceTurn>()
        .AddSingleton<RunsOnDemand>()
        .AddSingleton<Registration>()
        .AddSingleton<SourceWatcher>()
        .AddHooks()
        .AddSingleton<WantedReports>()
        .AddSingleton<PlanPreview>()
        .AddSingleton<ReportPass>()
        .AddSingleton<ReportDesk>()
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<ReportDesk>())
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<SourceWatcher>());
}
