using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.SupplyChain;

/// <summary>The supply chain in the table of contents.</summary>
public static class SupplyChainSetup
{
    public static IServiceCollection AddSupplyChain(this IServiceCollection services) => services
        .AddSingleton<TrustBook>()
        .AddSingleton<ReleaseShelf>()
        .AddSingleton<BuildPlaces>()
        .AddSingleton<BillMaking>()
        .AddSingleton<ReleaseMaking>()
        .AddSingleton<ReleaseFinding>()
        .AddSingleton<ReleaseGate>()
        .AddSingleton<HandedCommits>()
        .AddSingleton<HandedFilesReading>()
        .AddSingleton<ReleaseHandover>()
        .AddSingleton<ReleaseExport>()
        .AddSingleton<ReleaseViews>();

    public static void MapSupplyChain(this IEndpointRouteBuilder routes)
    {
        routes.MapReleases();
        routes.MapTrust();
    }

    /// <summary>Trusted keys as they are in the store. Called once, before the first request.</summary>
    public static Task RestoreSupplyChainAsync(this IServiceProvider services, CancellationToken stop) =>
        services.GetRequiredService<TrustBook>().LoadAsync(stop);
}
