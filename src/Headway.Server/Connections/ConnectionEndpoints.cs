using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Connections;

/// <summary>Connections as an admin keeps them. Secrets go in and never come out.</summary>
public static class ConnectionEndpoints
{
    public const string Path = "/api/v1/connections";

    public static void MapConnections(this IEndpointRouteBuilder app)
    {
        var connections = app.MapGroup(Path).WithTags("Connections");
        connections.MapGet("/", (KnownConnections known) => known.All.Select(ConnectionView.Of));
        connections.MapPost("/", Keep);
        connections.MapDelete("/{name}", (string name, KnownConnections known) =>
            known.Remove(name) ? Results.NoContent() : Unknown(name));
        connections.MapPost("/{name}/test", TestAsync);
    }

    private static IResult Keep(Connection wanted, KnownConnections known) =>
        known.Keep(wanted) is { } says
            ? Results.Problem(says, statusCode: 400, title: "Not a connection")
            : Results.Ok(ConnectionView.Of(known.Find(wanted.Name)!));

    private static async Task<IResult> TestAsync(
        string name, KnownConnections known, ConnectionTest test, CancellationToken stop) =>
        known.Find(name) is { } connection
            ? Results.Ok(await test.TryAsync(connection, stop))
            : Unknown(name);

    private static IResult Unknown(string name) => Results.Problem(
        $"There is no connection `{name}`. `headway connections list` shows them.", statusCode: 404,
        title: "Unknown connection");
}
