using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Headway.Server.Sources.Hooks;

/// <param name="Host">`github`, `gitlab` or `gitea`.</param>
public sealed record HookWanted(string Service, HookHost Host);

/// <summary>Hooks as an admin makes them, and the addresses that hosts call.</summary>
public static class HookEndpoints
{
    public const string Path = "/api/v1/hooks";

    /// <summary>Where no token is asked for, since there is a signature.</summary>
    public static readonly string[] Signed =
        [.. Enum.GetValues<HookHost>().Select(host => $"/hooks/{Hook.WordOf(host)}")];

    public static IServiceCollection AddHooks(this IServiceCollection services) => services
        .AddSingleton<HookSecrets>().AddSingleton<HookBook>().AddSingleton<HookDeliveries>()
        .AddSingleton<HookFailures>().AddSingleton<HookIntake>()
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<HookBook>())
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<HookDeliveries>());

    public static void MapHooks(this IEndpointRouteBuilder routes)
    {
        var hooks = routes.MapGroup(Path).WithTags("Hooks");
        hooks.MapGet("/", (HookBook book) => book.All.Select(HookView.Of)).WithName("listHooks");
        hooks.MapPost("/", CreateAsync).WithName("createHook").WithSummary("Make a hook; its secret is shown this once.");
        hooks.MapDelete("/{id}", async (string id, HookBook book, CancellationToken stop) =>
            await book.RemoveAsync(id, stop) ? Results.NoContent() : Results.Problem(
                $"There is no hook {id}: `headway hooks list` shows them.", statusCode: 404, title: "No such hook"))
            .WithName("removeHook");
        foreach (var host in Enum.GetValues<HookHost>())
            routes.MapPost($"/hooks/{Hook.WordOf(host)}/{{id}}", (
                string id, HttpContext context, HookIntake intake, ServiceBook services, SourceWatcher watcher,
                TimeProvider time) =>
                intake.TakeAsync(host, id, context, service => Look(service, services, watcher), time))
                .WithTags("Hooks").WithName($"{Hook.WordOf(host)}Hook").WithSummary("For hosts; signed with the hook's secret.");
    }

    /// <summary>Every service that lives in the same repository.</summary>
    private static void Look(string name, ServiceBook services, SourceWatcher watcher)
    {
        if (services.Find(name) is not { } meant) return;
        foreach (var service in services.All.Where(each => SourceAddress.Same(each.Source, meant.Source)))
            watcher.Poke(service.Name);
    }

    private static async Task<IResult> CreateAsync(
        HookWanted wanted, HookBook book, ServiceBook services, CancellationToken stop)
    {
        if (services.Find(wanted.Service) is null)
            return Results.Problem($"No service is called {wanted.Service}.", statusCode: 404, title: "No such service");
        return await book.CreateAsync(wanted.Service, wanted.Host, stop) is { } made ? Results.Ok(made)
            : Results.Problem($"There are {HookBook.Most} hooks already; remove one first.", statusCode: 409,
                title: "Too many hooks");
    }
}
