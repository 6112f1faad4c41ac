using Headway.Server.Intent.Pushes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Intent;

/// <summary>The state repo as people and programs ask for it.</summary>
public static class IntentEndpoints
{
    public const string Path = "/api/v1/state";
    private const int Most = 500;

    public static void MapIntent(this IEndpointRouteBuilder app)
    {
        var state = app.MapGroup(Path).WithTags("State");
        state.MapGet("/", (StateRepo repo, Wishes wishes, IntentDesk desk, HttpRequest request) => StateView.Of(repo, wishes, desk,
            $"{request.Scheme}://{request.Host}{GitEndpoints.Repository}")).WithName("GetState");
        state.MapGet("/log", async (StateRepo repo, string? path, int? limit, CancellationToken stop) =>
            await repo.LogAsync(path, Math.Clamp(limit ?? 20, 1, Most), stop)).WithName("GetStateLog");
        state.MapGet("/files/{**path}", (StateRepo repo, string path) => repo.Head.Text(path) is { } text
            ? Results.Text(text)
            : Results.Problem($"The state repo has no file `{path}`.", statusCode: 404, title: "No such file")).WithName("GetStateFile");
        state.MapRemote();
    }
}
