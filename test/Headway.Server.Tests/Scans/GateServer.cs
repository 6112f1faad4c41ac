using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Core.Environments;
using Headway.Core.Waiting;
using Headway.Node.Jobs;
using Headway.Server.Access;
using Headway.Server.Host;
using Headway.Server.Journal;
using Headway.Server.Storage;
using Headway.Server.Pipelines;
using Headway.Server.Rollouts;
using Headway.Server.Tests.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Headway.Server.Tests.Scans;

/// <summary>A whole server with a real runner and no node: releases come to the gate, and one that is let in waits for a node.</summary>
internal sealed class GateServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("headway-gate-").FullName;
    private WebApplication _app = null!;
    private Task _runner = Task.CompletedTask;

    public HttpClient Http { get; } = new();

    public static async Task<GateServer> StartAsync()
    {
        var server = new GateServer();
        var data = Path.Combine(server._folder, "server");
        server._app = await HeadwayServer.StartAsync(new()
        {
            DataFolder = data, Url = "http://127.0.0.1:0", OtlpHttp = "off", OtlpGrpc = "off", PollEvery = TimeSpan.FromMilliseconds(100),
        }, default);
        server.Http.BaseAddress = new(ServerProgram.AddressOf(server._app));
        server.Http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(data, Tokens.AdminFile)).Trim());
        var made = await server.Http.PostAsJsonAsync("api/v1/tokens", new { name = "r", scope = "node", node = "r" });
        var token = Path.Combine(server._folder, "token");
        File.WriteAllText(token, (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString());
        server._runner = RunnerProgram.RunAsync(
            new(server.Http.BaseAddress, token, "r", Path.Combine(server._folder, "runner")), NullLogger.Instance, server._stop.Token);
        return server;
    }

    public async Task CarryAsync(string source) =>
        (await Http.PostAsJsonAsync("api/v1/services", new { source, branch = "main" })).EnsureSuccessStatusCode();

    /// <summary>Once everybody knows it: what is asked over HTTP is answered from the ledger, which is a moment behind.</summary>
    public Task<RunState> EndedAsync(string run) =>
        UntilAsync(run, state => !state.IsOpen && _app.Services.GetRequiredService<Ledger>().Run(run) is { IsOpen: false });

    public Task<RunState> UntilAsync(string run, Func<RunState, bool> isSo) => PipelineServer.EventuallyAsync(
        () => _app.Services.GetRequiredService<RunBook>().Find(run) is { } state && isSo(state) ? state : null, () => $"{run} goes on");

    /// <summary>Writes into the record that the release has come to run in production.</summary>
    public async Task RunsAsync(string service, string release)
    {
        var store = _app.Services.GetRequiredService<IEventStore>();
        var stream = $"lane/{service}/production";
        while (true)
            try
            {
                var head = (await store.ReadStreamAsync(stream, 0, default)) is [.., var last] ? last.Version : 0;
                await store.AppendAsync<LaneEvent>(stream, head, "test",
                    [new LaneEvent.RolloutOpened("r1", null, release), new LaneEvent.RolloutClosed("r1", RolloutEnd.Completed, release)], default);
                break;
            }
            catch (VersionConflictException)
            {
                // The lane itself wrote in the same moment.
            }
        var ledger = _app.Services.GetRequiredService<Ledger>();
        await PipelineServer.EventuallyAsync(
            () => ledger.Lane(service, "production").Current, () => $"{release} is not known to run");
    }

    /// <summary>What production waits for, once it is of a kind.</summary>
    public async Task<Wait> WaitsAsync(string service, Func<Wait, bool> isSo)
    {
        Wait? last = null;
        for (var deadline = DateTime.UtcNow.AddSeconds(120); DateTime.UtcNow < deadline; await Task.Delay(30))
        {
            using var answer = await Http.GetAsync($"api/v1/lanes/{service}/production");
            if (!answer.IsSuccessStatusCode) continue;
            last = (await answer.Content.ReadFromJsonAsync<LaneView>(Wire.Json))!.Wait;
            if (!last.Says.EndsWith("is being read.", StringComparison.Ordinal) && isSo(last)) return last;
        }
        throw new TimeoutException($"Production of {service} waits for something else: {last}");
    }

    public async Task<T> GetAsync<T>(string path) => (await Http.GetFromJsonAsync<T>(path, Wire.Json))!;

    public async Task PostAsync(string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync(path, body, Wire.Json);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<HttpResponseMessage> SendAsync(string path, string content) =>
        await Http.PostAsync(path, new StringContent(content));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _runner;
        await _app.StopAsync();
        await _app.DisposeAsync();
        Http.Dispose();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
