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
        .AddSingleton<CommitCarrying>()
        .AddSingleton<Registration>()
        .AddSingleton<SourceWatcher>()
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<SourceWatcher>());
}
