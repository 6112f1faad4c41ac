using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Storage;

/// <summary>
/// Storage in the table of contents. The store is opened before, so that a folder in use ends the start.
/// </summary>
public static class StorageSetup
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IEventStore store,
        StorageOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(store);
        services.AddHostedService<StorageUpkeep>();
        return services;
    }
}
