using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Http;
using Headway.Server.Telemetry.Series;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Tests.Telemetry.Promql;

/// <summary>A real Kestrel on a free port of the loopback that answers queries over series in memory.</summary>
internal sealed class QueryServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private QueryServer(WebApplication app) =>
        (_app, Client) = (app, new() { BaseAddress = new($"{app.Urls.Single()}/prometheus/") });

    public HttpClient Client { get; }

    public static async Task<QueryServer> StartAsync(SelectSeries select, QueryLimits? limits = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(select).AddPrometheus(limits);
        var app = builder.Build();
        app.MapPrometheus();
        await app.StartAsync();
        return new(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
