using Headway.Server.Sources;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Headway.Server.Pipelines;

/// <summary>
/// What the server needs to carry runs. Before the start, <see cref="RestorePipelinesAsync"/> loads what there is.
/// </summary>
public static class PipelinesSetup
{
    public static IServiceCollection AddPipelines(this IServiceCollection services, PipelineOptions options) => services
        .AddSingleton(options)
        .AddSingleton<RunBook>()
        .AddSingleton<RunnersHeard>()
        .AddSingleton<JobQueue>()
        .AddSingleton<JobLogs>()
        .AddSingleton<JobsAtWork>()
        .AddSingleton<ArtifactUpload>()
        .AddSingleton<IHostedService, LostRunners>();

    public static void MapPipelines(this IEndpointRouteBuilder routes)
    {
        routes.MapRuns();
        routes.MapRunners();
    }

    /// <summary>Services and runs as they are in the store. Called once, before the first request.</summary>
    public static async Task RestorePipelinesAsync(this IServiceProvider services, CancellationToken stop)
    {
        await services.GetRequiredService<ServiceBook>().LoadAsync(stop);
        await services.GetRequiredService<RunBook>().LoadAsync(stop);
    }
}
