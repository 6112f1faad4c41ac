using System.Net.Http.Json;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Node.Jobs;
using Headway.Server.Artifacts;
using Headway.Server.Connections;
using Headway.Server.Host;
using Headway.Server.Journal;
using Headway.Server.Pipelines;
using Headway.Server.Registry;
using Headway.Server.Secrets;
using Headway.Server.Secrets.Keys;
using Headway.Server.Sources;
using Headway.Server.Storage;
using Headway.Server.SupplyChain;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Headway.Server.Tests.Pipelines;

/// <summary>Sources and pipelines of a real server on a port of its own, and real runners beside it.</summary>
internal sealed class PipelineServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _runners = [];
    private readonly string _url;
    private WebApplication _app = null!;
    private Func<SourceOptions, SourceOptions> _sources = o => o;

    private PipelineServer(string data, IEventStore store, string url) => (Data, Store, _url) = (data, store, url);

    public string Data { get; }
    public IEventStore Store { get; }
    public HttpClient Http { get; } = new();
    public RunBook Runs => _app.Services.GetRequiredService<RunBook>();
    public ServiceBook Services => _app.Services.GetRequiredService<ServiceBook>();
    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<PipelineServer> StartAsync(
        Func<SourceOptions, SourceOptions>? sources = null, Func<PipelineOptions, PipelineOptions>? pipelines = null)
    {
        var data = Directory.CreateTempSubdirectory("headway-server-").FullName;
        var server = new PipelineServer(data, new MemoryEventStore(TimeProvider.System), "http://127.0.0.1:0");
        server._sources = sources ?? (o => o);
        await server.BootAsync(server._sources, pipelines ?? (o => o), server._url);
        return server;
    }

    /// <summary>
    /// A server that comes back on the same store, data and address, as after a kill: nothing is handed over.
    /// </summary>
    public async Task RestartAsync()
    {
        var url = Http.BaseAddress!.ToString();
        await StopAsync();
        await BootAsync(_sources, o => o, url);
    }

    public async Task StopAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    public CancellationTokenSource Runner(string name = "r1", Func<RunnerOptions, RunnerOptions>? change = null)
    {
        var token = Path.Combine(Data, "token");
        File.WriteAllText(token, "secret\n");
        var options = new RunnerOptions(Http.BaseAddress!, token, name, Path.Combine(Data, $"runner-{name}"));
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _runners.Add(
            RunnerProgram.RunAsync(change is null ? options : change(options), NullLogger.Instance, stop.Token));
        return stop;
    }

    public async Task<HttpResponseMessage> RegisterAsync(string source, string? branch = null) =>
        await Http.PostAsJsonAsync("api/v1/services", new ServiceRequest(source, branch), Wire.Json);

    public Task<RunState> RunAsync(string id, Func<RunState, bool> until) =>
        EventuallyAsync(() => Runs.Find(id) is { } run && until(run) ? run : null, () => $"{id} is {Runs.Find(id)}");

    public Task<RunState> EndedAsync(string id) => RunAsync(id, run => !run.IsOpen);

    public async Task<List<ServiceEvent>> EventsOfAsync(string service) =>
        [.. (await Store.LoadAsync<ServiceEvent>(WatchedService.StreamOf(service), default)).Select(e => e.Event)];

    public static async Task<T> EventuallyAsync<T>(Func<T?> look, Func<string>? says = null) where T : class
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(120); ; await Task.Delay(20))
        {
            if (look() is { } found) return found;
            if (DateTime.UtcNow > deadline) Assert.Fail($"It did not happen: {says?.Invoke()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_runners);
        await StopAsync();
        await Store.DisposeAsync();
        Http.Dispose();
        _stop.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private async Task BootAsync(
        Func<SourceOptions, SourceOptions> sources, Func<PipelineOptions, PipelineOptions> pipelines, string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json => Wire.Apply(json.SerializerOptions));
        builder.Services.AddSingleton(Store).AddSingleton(TimeProvider.System)
            .AddSingleton(new StorageOptions { DataFolder = Data }).AddArtifacts().AddRegistry().AddSupplyChain()
            .AddSingleton(new ServerOptions { DataFolder = Data }).AddSingleton<OutsideHttp>()
            .AddSingleton(new Envelope(KeyChoice.Open(null, Data)))
            .AddSingleton<KnownConnections>().AddSingleton<Ledger>().AddSingleton<LedgerReader>()
            .AddHostedService(provider => provider.GetRequiredService<LedgerReader>())
            .AddSources(sources(
                new() { Data = Path.Combine(Data, "sources"), PollEvery = TimeSpan.FromMilliseconds(100) }))
            .AddPipelines(pipelines(new() { Data = Path.Combine(Data, "pipelines") }));
        _app = builder.Build();
        await _app.Services.RestoreSupplyChainAsync(default);
        await _app.Services.RestorePipelinesAsync(default);
        _app.MapSources();
        _app.MapPipelines();
        _app.MapArtifacts();
        _app.MapSupplyChain();
        await _app.StartAsync();
        if (Http.BaseAddress is null) Http.BaseAddress = new(_app.Urls.First() + "/");
    }

    public Task<Stream> ArtifactAsync(string digest) => Get<BlobStore>().OpenAsync(digest, default);
}
