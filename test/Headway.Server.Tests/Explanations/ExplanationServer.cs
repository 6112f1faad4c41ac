using System.Net;
using System.Net.Http.Json;
using Headway.Core;
using Headway.Server.Explanations;
using Headway.Server.Journal;
using Headway.Server.Storage;
using Headway.Server.Tests.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Tests.Explanations;

/// <summary>The endpoints over what the real loop has stored, on a real port.</summary>
internal sealed class ExplanationServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private ExplanationServer(WebApplication app) => this.app = app;

    public HttpClient Http { get; } = new();

    public KeptExplanations Kept => app.Services.GetRequiredService<KeptExplanations>();

    public static async Task<ExplanationServer> StartAsync(LoopRun run)
    {
        var ledger = new Ledger();
        foreach (var stored in await run.Store.ReadAllAsync(0, int.MaxValue, default)) ledger.Fold(stored);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json => Wire.Apply(json.SerializerOptions));
        builder.Services.AddSingleton(run.Store).AddSingleton(run.Time).AddSingleton(ledger).AddSingleton<LedgerReader>()
            .AddSingleton(new StorageOptions { DataFolder = "unused" }).AddExplanations();
        var app = builder.Build();
        app.MapExplanations();
        await app.StartAsync();
        return new(app) { Http = { BaseAddress = new(app.Urls.Single()) } };
    }

    public async Task<T> GetAsync<T>(string path) => (await Http.GetFromJsonAsync<T>(path, Wire.Json))!;

    public async Task<(HttpStatusCode Status, T? Answer)> PostAsync<T>(string path, object body) where T : class
    {
        using var answer = await Http.PostAsJsonAsync(path, body, Wire.Json);
        return (answer.StatusCode, answer.IsSuccessStatusCode
            ? await answer.Content.ReadFromJsonAsync<T>(Wire.Json) : null);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }
}
