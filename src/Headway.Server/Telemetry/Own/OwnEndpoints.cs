using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Telemetry.Own;

/// <summary>`GET /metrics`, for whoever scrapes Headway with a token of scope `read`.</summary>
public static class OwnEndpoints
{
    public static IServiceCollection AddOwnMetrics(this IServiceCollection services) =>
        services.AddSingleton<TrafficTotals>().AddSingleton<OwnMetrics>();

    /// <summary>Needs a <see cref="KeepSample"/> among the services.</summary>
    public static IServiceCollection AddOwnSampling(this IServiceCollection services) =>
        services.AddHostedService<OwnSampling>();

    public static void MapOwnMetrics(this IEndpointRouteBuilder app) =>
        app.MapGet("/metrics", (OwnMetrics metrics) => Results.Text(MetricText.Of(metrics.Collect()), MetricText.ContentType))
            .ExcludeFromDescription();
}
