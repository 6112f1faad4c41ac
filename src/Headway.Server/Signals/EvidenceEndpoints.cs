using Headway.Core.Evidence;
using Headway.Server.Signals.Json;
using Headway.Server.Signals.Prometheus;
using Headway.Server.Signals.Stores;
using Headway.Server.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Signals;

/// <summary>Sources outside in the table of contents: AddOutsideSources, then MapEvidence.</summary>
public static class EvidenceEndpoints
{
    public static IServiceCollection AddOutsideSources(this IServiceCollection services)
    {
        services.AddSingleton<OutsideHttp>().AddSingleton<KnownConnections>().AddSingleton<ConnectionTest>();
        services.AddSingleton<EvidenceCheck>();
        services.AddSingleton<ISignalReader, PrometheusReader>().AddSingleton<ISignalReader, JsonReader>();
        Add(http => new DatadogStore(http));
        Add(http => new NewRelicStore(http));
        Add(http => new CloudWatchStore(http, TimeProvider.System));
        return services;

        void Add(Func<OutsideHttp, IMetricStore> store) => services.AddSingleton<ISignalReader>(s => new StoreReader(
            store(s.GetRequiredService<OutsideHttp>()), s.GetRequiredService<KnownConnections>()));
    }

    public static void MapEvidence(this IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/evidence/check", async (EvidenceWanted wanted, EvidenceCheck check, CancellationToken stop) =>
            Results.Ok(await check.CheckAsync(wanted, stop)))
        .WithTags("Evidence").WithName("CheckEvidence");
}
