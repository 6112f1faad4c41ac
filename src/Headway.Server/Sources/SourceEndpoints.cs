using Headway.Core.Services;
using Headway.Server.Access;
using Headway.Server.Connections;
using Headway.Server.Sources.Hooks;
using Headway.Server.Sources.Hosts;
using Headway.Server.Sources.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Sources;

/// <param name="Branch">Null: the remote's own default.</param>
/// <param name="Spec">Path of the specification in the repository; null: headway.yaml.</param>
public sealed record ServiceRequest(string Source, string? Branch = null, string? Spec = null);

/// <param name="Repository">`owner/name` at the host.</param>
public sealed record HostWanted(string Connection, string Repository);

/// <param name="Text">`ann@example.com ssh-ed25519 AAAA...`, one a line.</param>
public sealed record SignersWritten(string Text);

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
        services.MapPost("/{service}/runs", StartRunAsync).WithName("startRun")
            .WithSummary("Build a commit, a branch or a tag now; without any, the tip of the branch.");
        services.MapPut("/{service}/host", LinkAsync).WithName("linkHost")
            .WithSummary("Say which connection speaks for the repository, and what it is called there.");
        routes.MapGet("/api/v1/sources/signers", (CommitSigners signers) => new SignersWritten(signers.Text))
            .WithTags("Sources").WithName("getSigners");
        routes.MapPut("/api/v1/sources/signers", (SignersWritten written, CommitSigners signers) =>
            signers.Keep(written.Text) is { } says
                ? Results.Problem(says, statusCode: 400, title: "Not a list of signers") : Results.NoContent())
            .WithTags("Sources").WithName("putSigners").WithSummary("Whose signatures under commits count.");
        routes.MapPut("/api/v1/sources/login", (SourceLogin login, SourceLogins logins) =>
            logins.Keep(login) is { } says
                ? Results.Problem(says, statusCode: 400, title: "Not a login") : Results.NoContent())
            .WithTags("Sources").WithName("putLogin");
        routes.MapPost("/api/v1/sources/key", (SourceKeys keys, CancellationToken stop) => keys.KeyAsync(stop))
            .WithTags("Sources").WithName("makeKey").WithSummary("The server's own SSH key, made at the first call.");
        routes.MapPost("/api/v1/sources/trust", (HostTrusted wanted, SourceKeys keys, CancellationToken stop) =>
            keys.TrustAsync(wanted, stop)).WithTags("Sources").WithName("trustHost");
        routes.MapPost("/hooks/push", PushedAsync).WithTags("Hooks").WithName("pushHook")
            .WithSummary("Look at the sources now.");
        routes.MapHooks();
    }

    private static async Task<Results<Created<WatchedService>, Ok<WatchedService>, ProblemHttpResult>> RegisterAsync(
        ServiceRequest request, Registration registration, HttpContext context)
    {
        var answer = await registration.RegisterAsync(request, context.Actor(), context.RequestAborted);
        if (answer.Problem is { } problem)
            return TypedResults.Problem(problem.Says, statusCode: problem.Status, title: problem.Title);
        return answer.IsNew
            ? TypedResults.Created($"/api/v1/services/{answer.Service!.Name}", answer.Service)
            : TypedResults.Ok(answer.Service);
    }

    private static async Task<IResult> StartRunAsync(
        string service, RunsOnDemand demand, HttpContext context, RunWanted? wanted = null)
    {
        var answer = await demand.StartAsync(
            service, wanted ?? new(), context.Actor(), context.RequestAborted);
        return answer.Problem is { } says ? Results.Problem(says, statusCode: answer.Status, title: "No run")
            : Results.Created($"/api/v1/runs/{answer.Run!.Id}", answer.Run);
    }

    private static async Task<IResult> LinkAsync(
        string service, HostWanted wanted, ServiceBook book, KnownConnections connections, HttpContext context)
    {
        if (book.Find(service) is null)
            return Results.Problem($"No service is called {service}.", statusCode: 404, title: "No such service");
        if (connections.Find(wanted.Connection) is not { } found || !RepositoryHosts.IsHost(found.Kind))
            return Results.Problem($"There is no connection `{wanted.Connection}` of kind gitHub, gitLab or gitea: "
                + "`headway connections list` shows all.", statusCode: 400, title: "Not a host");
        if (!RepositoryHosts.IsRepository(wanted.Repository))
            return Results.Problem($"`{wanted.Repository}` is no repository such as `owner/name`.", statusCode: 400,
                title: "Not a repository");
        return Results.Ok(await book.LinkAsync(service, new(wanted.Connection, wanted.Repository), context.Actor(), context.RequestAborted));
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
