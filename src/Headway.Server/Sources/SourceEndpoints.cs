using Headway.Core.Services;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Sources;

/// <param name="Branch">Null: the remote's own default.</param>
/// <param name="Spec">Path of the specification in the repository; null: headway.yaml.</param>
public sealed record ServiceRequest(string Source, string? Branch = null, string? Spec = null);

/// <summary>What a push hook may say; everything is optional, and a hook is only ever a reason to look.</summary>
public sealed record PushHook(string? Source = null, string? Branch = null);

/// <summary>Registration of services, and the hook that makes the watcher look at once.</summary>
public static class SourceEndpoints
{
    public static void MapSources(this IEndpointRouteBuilder routes)
    {
        var services = routes.MapGroup("/api/v1/services").WithTags("Services");
        services.MapPost("/", RegisterAsync).WithName("registerService")
            .WithSummary("Carry the commits of a git repository.");
        services.MapGet("/", (ServiceBook book) => book.All).WithName("listServices");
        services.MapGet("/{service}", Find).WithName("getService");
        routes.MapPost("/hooks/push", PushedAsync).WithTags("Hooks").WithName("pushHook")
            .WithSummary("Look at the sources now.");
    }

    private static async Task<Results<Created<WatchedService>, Ok<WatchedService>, ProblemHttpResult>> RegisterAsync(
        ServiceRequest request, Registration registration, CancellationToken stop)
    {
        var answer = await registration.RegisterAsync(request, stop);
        if (answer.Problem is { } problem)
            return TypedResults.Problem(problem.Says, statusCode: problem.Status, title: problem.Title);
        return answer.IsNew
            ? TypedResults.Created($"/api/v1/services/{answer.Service!.Name}", answer.Service)
            : TypedResults.Ok(answer.Service);
    }

    private static Results<Ok<WatchedService>, ProblemHttpResult> Find(string service, ServiceBook book) =>
        book.Find(service) is { } found ? TypedResults.Ok(found)
            : TypedResults.Problem($"No service is called {service}.", statusCode: 404, title: "No such service");

    private static async Task<NoContent> PushedAsync(HttpRequest request, ServiceBook book, SourceWatcher watcher)
    {
        var hook = await PushHookBody.ReadAsync(request);
        var meant = book.All.Where(
            service => hook.Source is not { } source || SourceAddress.Same(service.Source, source));
        foreach (var service in meant) watcher.Poke(service.Name);
        return TypedResults.NoContent();
    }
}
