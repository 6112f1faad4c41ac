using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Access;
using Headway.Server.Storage;
using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Traces;
using Headway.Server.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Headway.Server.Tests.Telemetry;

/// <summary>Telemetry as the server has it, with its real ports, each a free one.</summary>
internal sealed class OtlpServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly MemoryEventStore _store;
    private readonly TempFolder? _own;

    private OtlpServer(WebApplication app, MemoryEventStore store, string folder, TempFolder? own)
    {
        (_app, _store, Folder, _own) = (app, store, folder, own);
        Client = new() { BaseAddress = new($"http://{Receivers.Http}") };
        Api = new() { BaseAddress = new(app.Urls.Single()) };
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", File.ReadAllText(Path.Combine(folder, Tokens.AdminFile)).Trim());
    }

    public string Folder { get; }
    public OtlpReceivers Receivers => _app.Services.GetRequiredService<OtlpReceivers>();
    public TelemetryQueries Queries => _app.Services.GetRequiredService<TelemetryQueries>();
    public TelemetryIntake Intake => _app.Services.GetRequiredService<TelemetryIntake>();
    public TelemetryPresence Presence => _app.Services.GetRequiredService<TelemetryPresence>();
    public TelemetryState State => _app.Services.GetRequiredService<TelemetryState>();
    public Tokens AllTokens => _app.Services.GetRequiredService<Tokens>();
    public string HttpAddress => $"http://{Receivers.Http}";
    public string GrpcAddress => $"http://{Receivers.Grpc}";

    /// <summary>To the OTLP port over HTTP.</summary>
    public HttpClient Client { get; }

    /// <summary>To the server's own API, as admin.</summary>
    public HttpClient Api { get; }

    public static async Task<OtlpServer> StartAsync(
        TelemetryLimits? limits = null, string? folder = null, string http = "127.0.0.1:0",
            SamplingRules? sampling = null)
    {
        var own = folder is null ? new TempFolder() : null;
        folder ??= own!.Path;
        var store = new MemoryEventStore(TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json => Wire.Apply(json.SerializerOptions));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddAccess(await Tokens.OpenAsync(store, folder, TimeProvider.System, default), store, new());
        builder.Services.AddTelemetry(new()
        {
            Folder = Path.Combine(folder, "telemetry"), Http = http, Grpc = "127.0.0.1:0", Limits = limits ?? new(),
            Sampling = sampling ?? new(),
        });
        var app = builder.Build();
        app.UseAccess();
        app.MapTelemetry();
        await app.StartAsync();
        return new(app, store, folder, own);
    }

    public async Task<HttpResponseMessage> PostAsync(
        TelemetryKind kind, byte[] body, string type = "application/x-protobuf", string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new(type);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        return await Client.PostAsync($"/v1/{kind.ToString().ToLowerInvariant()}", content);
    }

    public async Task<Rejections> TakeAsync(byte[] metrics) =>
        await Intake.TakeAsync(TelemetryKind.Metrics, metrics, default);

    public async Task<JsonElement> AskAsync(string path) =>
        await Api.GetFromJsonAsync<JsonElement>($"/api/v1/telemetry{path}", Wire.Json);

    public SourceView Source(string service) =>
        Assert.Single(Queries.View(Intake).Sources, source => source.Service == service);

    public long Dropped(string service, DropReason reason) =>
        Source(service).Dropped.GetValueOrDefault(reason.ToString());

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Api.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        _own?.Dispose();
    }
}
