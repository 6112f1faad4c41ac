using Headway.Core.Access;
using Headway.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Drift;

public sealed record HealAsk(string? Reason = null);

/// <summary>Where what runs is not what was released, and putting it back.</summary>
public static class DriftEndpoints
{
    public const string Path = "/api/v1/drift";

    public static IServiceCollection AddDrift(this IServiceCollection services) =>
        services.AddSingleton<DriftWatch>().AddHostedService(s => s.GetRequiredService<DriftWatch>());

    public static void MapDrift(this IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (DriftWatch watch) => watch.All).WithTags("Drift").WithName("ListDrift");
        app.MapPost("/api/v1/lanes/{service}/{environment}/heal", async (string service, string environment, HealAsk ask, DriftWatch watch, HttpContext context) =>
        {
            var who = context.Principal();
            if (who.WhyNot(Act.Deploy, service, environment) is { } forbidden)
                return Results.Problem(forbidden.Says, statusCode: 403, title: "Not allowed", type: $"urn:headway:{forbidden.Rule}");
            var refusal = await watch.HealAsync(service, environment, who.Name, ask.Reason ?? "no reason given", context.RequestAborted);
            return refusal is null ? Results.Accepted() : Results.Problem(refusal.Says, statusCode: 409, title: "Not now", type: $"urn:headway:{refusal.Rule}");
        }).WithTags("Drift").WithName("HealDrift");
    }
}
