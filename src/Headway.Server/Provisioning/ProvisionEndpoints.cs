using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Provisioning;
using Headway.Core.Rollouts;
using Headway.Server.Access;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Provisioning;

/// <param name="Current">The release that runs there; null for none.</param>
/// <param name="As">The release as which what it consists of was made and stands; null where nothing was made.</param>
/// <param name="Says">How it stands, in one sentence; null where no release describes what it consists of.</param>
/// <param name="Run">The newest run about it.</param>
public sealed record EnvironmentView(string Service, string Environment, string? Current, string? As, string? Says, string? Run);

public sealed record EnvironmentAsk(string? Reason = null);

/// <summary>Environments of services: what they consist of, made again or taken away on somebody's word.</summary>
public static class ProvisionEndpoints
{
    public const string Path = "/api/v1/environments";

    public static IServiceCollection AddProvisioning(this IServiceCollection services) => services
        .AddSingleton<ProvisionRuns>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<ProvisionWatch>(s, (s.GetRequiredService<Ledger>(), s.GetRequiredService<LedgerReader>())))
        .AddHostedService(s => s.GetRequiredService<ProvisionWatch>())
        // Asked for when it is asked: the watch wakes lanes, which ask it.
        .AddSingleton<PromotionGate>(s => (release, environment) => s.GetRequiredService<ProvisionWatch>().Gate(release, environment));

    public static void MapProvisioning(this IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (Ledger ledger, ProvisionWatch watch) => All(ledger, watch)).WithTags("Environments").WithName("ListEnvironments");
        app.MapPost("/api/v1/lanes/{service}/{environment}/make", async (string service, string environment, EnvironmentAsk ask, ProvisionWatch watch, HttpContext context) =>
            Answer(await watch.MakeAsync(service, environment, RolloutEndpoints.Actor(context), ask.Reason ?? "no reason given", context.RequestAborted)))
            .WithTags("Environments").WithName("MakeEnvironment");
        app.MapPost("/api/v1/lanes/{service}/{environment}/empty", async (string service, string environment, EnvironmentAsk ask, LaneTurns turns, HttpContext context) =>
            Answer(await turns.LaneCommandAsync($"{service}/{environment}", lane => LaneDecider.Empty(lane, ask.Reason ?? "no reason given"),
                RolloutEndpoints.Actor(context), context.RequestAborted)))
            .WithTags("Environments").WithName("EmptyEnvironment");
    }

    private static IResult Answer(Refusal? refusal) => refusal is null ? Results.Accepted()
        : Results.Problem(refusal.Says, statusCode: refusal.Rule == "lane.unknown" ? 404 : 409, title: "Not now", type: $"urn:headway:{refusal.Rule}");

    private static IEnumerable<EnvironmentView> All(Ledger ledger, ProvisionWatch watch)
    {
        var declared = ledger.Services.SelectMany(service => service.Environments.Select(each => (service.Name, each.Name)));
        foreach (var (service, environment) in declared.Union(ledger.Lanes.Where(lane => lane.Current is not null || lane.EmptiedWhy is not null).Select(lane => (lane.Service, lane.Environment))))
        {
            var lane = ledger.Lane(service, environment);
            var (state, wish) = watch.View(service, environment);
            yield return new(service, environment, lane.Current, state.Stands?.Release, Says(lane, state, wish), state.Last?.Id);
        }
    }

    private static string? Says(LaneState lane, ProvisionState state, ProvisionWish? wish) => (state.Last, wish) switch
    {
        (null, null) => lane.EmptiedWhy is { } why ? $"Emptied: {why}" : null,
        (null, _) => "Nothing was made yet.",
        ({ IsOpen: true } open, _) => $"Run {open.Id} is under way.",
        (_, { } wished) when state.FailureOf(wished.Key) is { } failed => $"It could not be made: {failed.Says}",
        _ when state.HasDrifted => $"It is not what was made: {state.Last.Says}",
        ({ } last, _) when ProvisionState.Of(last).Act is ProvisionAct.Remove => last.Outcome is Core.Pipelines.RunOutcome.Succeeded ? "It was taken away." : $"It could not be taken away: {last.Says}",
        _ => $"It is as {state.Stands?.Release} describes it.",
    };
}
