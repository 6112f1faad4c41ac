using System.Collections.Concurrent;
using System.Text.Json;
using Headway.Server.Connections;
using Headway.Server.Tests.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Headway.Server.Tests.Sources.Hosts;

/// <summary>What a host was asked, as it came over the wire.</summary>
internal sealed record HostCall(string Method, string Target, string Authorization, string Accept, JsonElement Body)
{
    public override string ToString() => $"{Method} {Target} {Body}";
}

/// <summary>
/// The side of a host, on a real socket: answers what it was told to and keeps what it was asked. It stands in for hosts
/// that tests do not reach, so it knows only what their documentation says.
/// </summary>
internal sealed class HostServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, Func<string>> answers = new();

    private HostServer(WebApplication app) => this.app = app;

    public ConcurrentQueue<HostCall> Calls { get; } = new();

    /// <summary>Everything is answered with this status while it is set.</summary>
    public int Down { get; set; }

    public string Url => app.Urls.First();

    public static async Task<HostServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new HostServer(builder.Build());
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync();
        return server;
    }

    /// <param name="call">`GET /repos/ann/shop/pulls/7`</param>
    public void Answer(string call, string json) => answers[call] = () => json;

    public void Forget(string call) => answers.TryRemove(call, out _);

    /// <summary>Makes a connection to it and links it to the service.</summary>
    public async Task LinkAsync(PipelineServer server, ConnectionKind kind)
    {
        Assert.Null(server.Get<KnownConnections>().Keep(
            new("host", kind, Url) { Credential = new Credential.Bearer("secret-token") }));
        var answer = await server.Http.PutAsync("api/v1/services/shop/host",
            new StringContent("""{"connection":"host","repository":"ann/shop"}""", null, "application/json"));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<HostCall> CalledAsync(Func<HostCall, bool> meant) => PipelineServer.EventuallyAsync(
        () => Calls.LastOrDefault(meant), () => string.Join("\n", Calls));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync();
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var body = text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
        Calls.Enqueue(new(context.Request.Method, target, context.Request.Headers.Authorization.ToString(),
            context.Request.Headers.Accept.ToString(), body));
        context.Response.ContentType = "application/json";
        if (Down != 0)
        {
            context.Response.StatusCode = Down;
            return;
        }
        if (answers.TryGetValue($"{context.Request.Method} {target}", out var answer))
            await context.Response.WriteAsync(answer());
        else if (context.Request.Method == "POST")
            await context.Response.WriteAsync("""{"id":41}""");
        else
            context.Response.StatusCode = 404;
    }
}
