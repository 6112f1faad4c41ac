using System.Collections.Immutable;
using Headway.Core.Readiness;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Readiness;

/// <param name="Release">The newest, about which it is asked; null before the first.</param>
public sealed record ReadinessView(string Service, string? Owner, string Tier, string? Release, ImmutableArray<ReadinessItem> Items)
{
    public int Met => Items.Count(item => item.IsMet);
}

/// <summary>Whether services are ready to go out by themselves, item by item.</summary>
public static class ReadinessEndpoints
{
    public static IServiceCollection AddReadiness(this IServiceCollection services) => services.AddSingleton<ReadinessFinding>();

    public static void MapReadiness(this IEndpointRouteBuilder app)
    {
        var readiness = app.MapGroup("/api/v1/readiness").WithTags("Readiness");
        readiness.MapGet("/", async (Ledger ledger, ReadinessFinding finding, CancellationToken stop) =>
        {
            var views = ImmutableArray.CreateBuilder<ReadinessView>();
            foreach (var service in ledger.Services) views.Add(await ViewAsync(service.Name, ledger, finding, stop));
            return views.ToImmutable();
        }).WithName("ListReadiness");
        readiness.MapGet("/{service}", async (string service, Ledger ledger, ReadinessFinding finding, CancellationToken stop) =>
            ledger.Service(service) is null ? Problems.NotFound("service", service, ledger.Services.Select(each => each.Name))
                : Results.Ok(await ViewAsync(service, ledger, finding, stop))).WithName("ShowReadiness");
    }

    private static async Task<ReadinessView> ViewAsync(string service, Ledger ledger, ReadinessFinding finding, CancellationToken stop)
    {
        if (ledger.Releases.Where(each => each.Service == service).MaxBy(each => each.Number) is not { } release)
            return new(service, null, "standard", null, []);
        return new(service, release.Spec.Owner, release.Spec.Tier.ToString().ToLowerInvariant(), release.Id,
            Checklists.Of(await finding.LookAsync(release, stop)));
    }
}
