using Headway.Server.Rules;
using Headway.Server.Sources;
using Headway.Server.TestResults;
using Headway.Server.TestResults.Keeping;
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
        .AddSingleton<TemplateBook>()
        .AddSingleton<RequirementBook>()
        .AddSingleton<SpecRules>()
        .AddSingleton<RunFiles>()
        .AddSingleton<EarlierJobs>()
        .AddSingleton<RunDeciding>()
        .AddSingleton<RunBook>()
        .AddSingleton<RunnersHeard>()
        .AddSingleton<RunnersSeen>()
        .AddSingleton<JobQueue>()
        .AddSingleton<JobLogs>()
        .AddSingleton<JobsAtWork>()
        .AddSingleton<ArtifactUpload>()
        .AddTests()
        .AddSingleton<IHostedService, LostRunners>();

    public static void MapPipelines(this IEndpointRouteBuilder routes)
    {
        routes.MapRules();
        routes.MapRuns();
        routes.MapRunners();
        routes.MapTests();
    }

    /// <summary>Services and runs as they are in the store. Called once, before the first request.</summary>
    public static async Task RestorePipelinesAsync(this IServiceProvider services, CancellationToken stop)
    {
        await services.GetRequiredService<TemplateBook>().LoadAsync(stop);
        await services.GetRequiredService<RequirementBook>().LoadAsync(stop);
        await services.GetRequiredService<ServiceBook>().LoadAsync(stop);
        await services.GetRequiredService<QuarantineBook>().LoadAsync(stop);
        await services.GetRequiredService<RunBook>().LoadAsync(stop);
    }
}
