using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Headway.Server.Access;
using Headway.Server.Artifacts;
using Headway.Server.Journal;
using Headway.Server.Registry;
using Headway.Server.Registry.Http;
using Headway.Server.Storage;
using Headway.Server.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Headway.Server.Tests.Registry;

/// <summary>A real Kestrel on a free port of the loopback, with access and the registry as the server has them.</summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly IEventStore store;

    private RegistryServer(WebApplication app, string folder, IEventStore store, FakeTimeProvider time)
    {
        (this.app, this.store, Time) = (app, store, time);
        Port = new Uri(app.Urls.Single()).Port;
        Admin = File.ReadAllText(Path.Combine(folder, Headway.Server.Access.Tokens.AdminFile)).Trim();
        Client = ClientOf(Admin);
    }

    public int Port { get; }
    public string Admin { get; }
    public FakeTimeProvider Time { get; }

    /// <summary>Of the admin, by Basic.</summary>
    public HttpClient Client { get; }

    public IEventStore Events => store;
    public Tokens Tokens => app.Services.GetRequiredService<Tokens>();
    public Ledger Ledger => app.Services.GetRequiredService<Ledger>();
    public RegistryStore Registry => app.Services.GetRequiredService<RegistryStore>();
    public KnownRules Rules => app.Services.GetRequiredService<KnownRules>();
    public BlobStore Files => app.Services.GetRequiredService<BlobStore>();
    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<RegistryServer> StartAsync(string folder, RegistryLimits? limits = null)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        // Time that nobody moves stands still; files on disk have the real one.
        var storage = new StorageOptions { DataFolder = folder };
        var store = await EventStores.OpenAsync(storage, time, default);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(new ServerLimits().Apply);
        builder.Services.ConfigureHttpJsonOptions(json => Core.Wire.Apply(json.SerializerOptions));
        builder.Services.AddSingleton<TimeProvider>(time).AddSingleton(store).AddSingleton(storage);
        builder.Services.AddSingleton<Ledger>().AddSingleton<LedgerReader>();
        builder.Services.AddHostedService(s => s.GetRequiredService<LedgerReader>());
        builder.Services.AddAccess(await Headway.Server.Access.Tokens.OpenAsync(store, folder, time, default), store, new());
        builder.Services.AddArtifacts();
        builder.Services.AddRegistry(limits ?? new() { CollectEvery = TimeSpan.FromDays(40) });
        var app = builder.Build();
        app.UseAccess();
        app.MapAccess();
        app.MapRegistry();
        app.MapRegistryApi();
        await app.Services.GetRequiredService<KnownRules>().LoadAsync(default);
        await app.StartAsync();
        return new(app, folder, store, time);
    }

    public HttpClient ClientOf(string token)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromMinutes(2),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anyone:{token}")));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        await store.DisposeAsync();
    }
}
