using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Core.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Tests.Programs;

/// <summary>Speaks the server's side of `/node/v1`, and remembers what nodes said.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, byte[]> _artifacts = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestServer(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add($"http://127.0.0.1:{port}");
        _app.Use(async (context, next) =>
        {
            Asked.Enqueue(context.Request.Path);
            if (context.Request.Headers.Authorization != "Bearer secret") context.Response.StatusCode = 401;
            else if (Refuse is { } status) context.Response.StatusCode = status;
            else await next();
        });
        Map();
    }

    public Uri Address { get; private set; } = null!;
    public DesiredState Desired { get; private set; } = DesiredState.Empty("n1");
    public NodeReport? Report { get; private set; }
    public ConcurrentQueue<string> Asked { get; } = new();
    public ConcurrentQueue<LogChunk> Logs { get; } = new();
    public ConcurrentQueue<EvidenceBatch> Evidence { get; } = new();
    public ConcurrentQueue<SignalSample> Samples { get; } = new();

    /// <summary>Status that everything is answered with, while it is set.</summary>
    public int? Refuse { get; set; }

    /// <summary>What it answers when a node asks for secrets: values, or a sentence for a refusal.</summary>
    public Func<SecretsAsked, (SecretsHanded? Handed, string? Says)> Secrets { get; set; } = _ => (SecretsHanded.None, null);

    public ConcurrentQueue<SecretsAsked> SecretsAsked { get; } = new();

    public static async Task<TestServer> StartAsync(int port = 0)
    {
        var server = new TestServer(port);
        await server._app.StartAsync();
        server.Address = new(server._app.Urls.Single() + "/");
        return server;
    }

    public string Keep(byte[] tar)
    {
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(tar));
        _artifacts[digest] = tar;
        return digest;
    }

    public void Damage(string digest) => _artifacts[digest] = [.. _artifacts[digest], 1];

    public void Want(Func<DesiredState, DesiredState> change)
    {
        var next = change(Desired);
        Desired = next.Version > Desired.Version || next.Epoch != Desired.Epoch
            ? next : next with { Version = Desired.Version + 1 };
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    public void Offer(DesiredState desired)
    {
        Desired = desired;
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private void Map()
    {
        _app.MapGet("/node/v1/n1/desired", async (HttpContext context, long epoch, long after, int wait) =>
        {
            var end = DateTime.UtcNow.AddSeconds(wait);
            while (DateTime.UtcNow < end)
            {
                var changed = _changed.Task;
                if (Desired.Version > 0 && (Desired.Epoch != epoch || Desired.Version != after))
                    return Results.Json(Desired, Wire.Json);
                await Task.WhenAny(changed, Task.Delay(end - DateTime.UtcNow + TimeSpan.FromMilliseconds(1), context.RequestAborted));
                context.RequestAborted.ThrowIfCancellationRequested();
            }
            return Results.NoContent();
        });
        _app.MapPost("/node/v1/n1/secrets", async (HttpContext context) =>
        {
            var asked = (await context.Request.ReadFromJsonAsync<SecretsAsked>(Wire.Json))!;
            SecretsAsked.Enqueue(asked);
            var (handed, says) = Secrets(asked);
            return handed is null ? Results.Problem(says, statusCode: 422) : Results.Json(handed, Wire.Json);
        });
        _app.MapPost("/node/v1/n1/report", async (HttpContext context) =>
        {
            Report = await context.Request.ReadFromJsonAsync<NodeReport>(Wire.Json);
            return Results.NoContent();
        });
        _app.MapPost("/node/v1/n1/evidence", async (HttpContext context) =>
        {
            foreach (var batch in await context.Request.ReadFromJsonAsync<ImmutableArray<EvidenceBatch>>(Wire.Json))
                Evidence.Enqueue(batch);
            return Results.NoContent();
        });
        _app.MapPost("/node/v1/n1/samples", async (HttpContext context) =>
        {
            foreach (var sample in await context.Request.ReadFromJsonAsync<ImmutableArray<SignalSample>>(Wire.Json))
                Samples.Enqueue(sample);
            return Results.NoContent();
        });
        _app.MapPost("/node/v1/n1/logs", async (HttpContext context) =>
        {
            foreach (var chunk in await context.Request.ReadFromJsonAsync<ImmutableArray<LogChunk>>(Wire.Json))
                Logs.Enqueue(chunk);
            return Results.NoContent();
        });
        _app.MapGet("/node/v1/artifacts/{digest}", (string digest) => _artifacts.TryGetValue(digest, out var tar)
            ? Results.Bytes(tar, "application/x-tar") : Results.NotFound());
    }

    public async ValueTask DisposeAsync()
    {
        _changed.TrySetResult();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
