using System.IO.Compression;
using Headway.Core.Access;
using Headway.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Intent.Pushes;

/// <summary>`git clone` and `git push` over HTTP (gitprotocol-http(5)); the password is a token.</summary>
public static class GitEndpoints
{
    public const string Path = "/git", Repository = $"{Path}/state.git";

    /// <summary>Of a push with its objects, and of what a fetch asks for.</summary>
    public const long PushBytes = 64 << 20, AskBytes = 4 << 20;

    public static void MapGit(this IEndpointRouteBuilder app)
    {
        var state = app.MapGroup(Repository).ExcludeFromDescription();
        state.MapGet("/info/refs", AdvertiseAsync);
        state.MapPost("/git-upload-pack", SendAsync);
        state.MapPost("/git-receive-pack", ReceiveAsync);
    }

    private static async Task AdvertiseAsync(HttpContext context, GitServing serving, string? service)
    {
        if (await IsRefusedAsync(context)) return;
        if (service is not ("git-upload-pack" or "git-receive-pack"))
        {
            await SayAsync(context, 403, "Only clients that speak git's smart protocol are served: git 1.6.6 or later.");
            return;
        }
        Answer(context, $"application/x-{service}-advertisement");
        await serving.AdvertiseAsync(service, Protocol(context), context.Response.Body, context.RequestAborted);
    }

    private static async Task SendAsync(HttpContext context, GitServing serving)
    {
        if (await IsRefusedAsync(context) || await BodyAsync(context, AskBytes) is not { } asked) return;
        Answer(context, "application/x-git-upload-pack-result");
        await serving.SendAsync(asked, Protocol(context), context.Response.Body, context.RequestAborted);
    }

    private static async Task ReceiveAsync(HttpContext context, GitServing serving)
    {
        if (await IsRefusedAsync(context) || await BodyAsync(context, PushBytes) is not { } sent) return;
        Answer(context, "application/x-git-receive-pack-result");
        await serving.ReceiveAsync(sent, context.Principal(), context.Response.Body, context.RequestAborted);
    }

    /// <summary>The repository shows all services, so that takes a look at everything.</summary>
    private static async Task<bool> IsRefusedAsync(HttpContext context)
    {
        if (context.Principal().WhyNot(Act.Look) is not { } refusal) return false;
        await SayAsync(context, 403, refusal.Says);
        return true;
    }

    private static string? Protocol(HttpContext context) =>
        context.Request.Headers["Git-Protocol"].ToString() is var asked && asked is "version=2" or "version=1" ? asked : null;

    private static void Answer(HttpContext context, string type)
    {
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-cache, max-age=0, must-revalidate";
    }

    /// <summary>Null when it is longer than that, which is said.</summary>
    private static async Task<byte[]?> BodyAsync(HttpContext context, long limit)
    {
        ServerLimits.AllowBody(context, limit);
        await using var sent = context.Request.Headers.ContentEncoding.ToString() is "gzip" or "x-gzip"
            ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        var body = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (await sent.ReadAsync(buffer, context.RequestAborted) is var read and > 0)
        {
            if (body.Length + read > limit)
            {
                await SayAsync(context, 413, $"That is more than {limit >> 20} MiB, and the state repo is for small files.");
                return null;
            }
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    /// <summary>Git shows plain text to whoever runs it.</summary>
    private static Task SayAsync(HttpContext context, int status, string says)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"{says}\n", context.RequestAborted);
    }
}
