using System.Collections.Concurrent;
using System.Net;
using Headway.Node.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Tests.Gateway;

/// <summary>A real server that behaves as a test tells it to; says its release in the body.</summary>
public sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication app;

    private Backend(WebApplication app, string release) => (this.app, Release) = (app, release);

    public string Release { get; }
    public string Address => app.Urls.First();
    public ConcurrentQueue<IHeaderDictionary> Seen { get; } = [];
    private int served;
    public int Served => Volatile.Read(ref served);

    /// <summary>What to do instead of answering 200 with the release.</summary>
    public Func<HttpContext, Task>? Act { get; set; }

    public static async Task<Backend> StartAsync(string release, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, l => l.Protocols = protocols));
        var app = builder.Build();
        app.UseWebSockets();
        var backend = new Backend(app, release);
        app.Run(backend.AnswerAsync);
        await app.StartAsync();
        return backend;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        Interlocked.Increment(ref served);
        if (Seen.Count < 1000) Seen.Enqueue(new HeaderDictionary(http.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)));
        if (Act is { } act) await act(http);
        else await http.Response.WriteAsync(Release);
    }

    public InstanceEndpoint Endpoint(string lane = "shop/production", bool ready = true, string? id = null) => new(
        lane, Release, id ?? "i-" + Release, Address, ready, DateTimeOffset.UtcNow - TimeSpan.FromHours(1));

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
