using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Headway.Server.Access;
using Headway.Server.Artifacts;
using Headway.Server.Storage;
using Headway.Server.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Headway.Server.Tests.Access;

/// <summary>A real Kestrel on a free port of the loopback, with access and artifacts as the server has them.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TempFolder folder;
    private readonly MemoryEventStore store;

    private RealServer(WebApplication app, TempFolder folder, MemoryEventStore store, FakeTimeProvider time)
    {
        (this.app, this.folder, this.store, Time) = (app, folder, store, time);
        Port = new Uri(app.Urls.Single()).Port;
        Admin = File.ReadAllText(Path.Combine(folder.Path, Headway.Server.Access.Tokens.AdminFile)).Trim();
    }

    public int Port { get; }
    public string Admin { get; }
    public FakeTimeProvider Time { get; }
    public string DataFolder => folder.Path;
    public Tokens Tokens => app.Services.GetRequiredService<Tokens>();
    public BlobStore Blobs => app.Services.GetRequiredService<BlobStore>();

    public static async Task<RealServer> StartAsync(ServerLimits? limits = null)
    {
        var folder = new TempFolder();
        var time = new FakeTimeProvider(Stores.Start);
        var store = new MemoryEventStore(time);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => (limits ?? new()).Apply(kestrel));
        builder.Services.AddSingleton(new StorageOptions { DataFolder = folder.Path });
        builder.Services.ConfigureHttpJsonOptions(json => Core.Wire.Apply(json.SerializerOptions));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddAccess(
            await Headway.Server.Access.Tokens.OpenAsync(store, folder.Path, time, default), store,
            new AccessOptions { HostNames = ["deploy.example.com"] });
        builder.Services.AddArtifacts();
        var app = builder.Build();
        app.UseAccess();
        app.MapAccess();
        app.MapArtifacts();
        app.MapGet("/", () => "page");
        app.MapGet("/healthz", () => "ok");
        app.MapGet("/api/v1/status", (HttpContext context) => context.Who()!.Name);
        app.MapPost("/api/v1/rollouts/{id}/pause", async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            return "paused";
        });
        app.MapGet("/node/v1/{node}/desired", (string node) => node);
        await app.StartAsync();
        return new(app, folder, store, time);
    }

    /// <summary>No redirects and no cookies by itself.</summary>
    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new($"http://127.0.0.1:{Port}"),
        };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            token);
        return client;
    }

    public async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>
    /// Sends bytes as they are, says that this is all if asked to, and reads until the server closes.
    /// </summary>
    public async Task<string> SendAsync(byte[] bytes, bool andClose = false)
    {
        await using var stream = await ConnectAsync();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(bytes);
            if (andClose) stream.Socket.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(answer).WaitAsync(TimeSpan.FromSeconds(120));
        }
        catch (IOException)
        {
            // Cut off while sending, which is an answer too.
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await store.DisposeAsync();
        folder.Dispose();
    }
}
