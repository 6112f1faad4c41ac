using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Environments;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Server.Host;
using Headway.Server.Intent;
using Headway.Server.Journal;
using Headway.Server.Status;
using Headway.Server.Storage;
using Headway.Server.Tests.Pipelines;
using Headway.Server.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Tests.Intent;

/// <summary>
/// A whole server over a record of services of three releases each, of which the first two were good in production. No node
/// is there, so nothing that begins goes on.
/// </summary>
internal sealed class StateServer : IAsyncDisposable
{
    private static readonly DateTimeOffset At = DateTimeOffset.UtcNow.AddHours(-2);
    private readonly TempFolder _folder = new();
    private WebApplication _app = null!;

    public HttpClient Client { get; private set; } = null!;

    public string Data => Path.Combine(_folder.Path, "data");

    public string Bare => Path.Combine(Data, "state.git");

    public string Admin => File.ReadAllText(Path.Combine(Data, Headway.Server.Access.Tokens.AdminFile)).Trim();

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<StateServer> StartAsync(params string[] services)
    {
        var server = new StateServer();
        Directory.CreateDirectory(server.Data);
        await using (var store = await EventStores.OpenAsync(new() { DataFolder = server.Data }, TimeProvider.System, default))
            foreach (var service in services) await store.AppendAsync([.. Record(service)], default);
        await server.BeginAsync();
        return server;
    }

    public async Task BeginAsync()
    {
        _app = await HeadwayServer.StartAsync(
            new() { DataFolder = Data, Url = "http://127.0.0.1:0", OtlpHttp = "off", OtlpGrpc = "off" }, default);
        Client = new() { BaseAddress = new(_app.Urls.First()) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Admin);
        await Get<LedgerReader>().CaughtUp;
    }

    public async Task StopAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>A token's secret.</summary>
    public async Task<string> TokenAsync(string name, string scope) =>
        (await (await Client.PostAsJsonAsync("/api/v1/tokens/", new { name, scope })).Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("secret").GetString()!;

    public string Url(string? token) => $"http://{(token is null ? "" : $"x:{token}@")}{Client.BaseAddress!.Authority}/git/state.git";

    public LaneState Lane(string service, string environment = "production") => Get<Ledger>().Lane(service, environment);

    public Task<LaneState> LaneAsync(string service, Func<LaneState, bool> isSo) => PipelineServer.EventuallyAsync(
        () => Lane(service) is var lane && isSo(lane) ? lane : null, () => $"{Lane(service)} {JsonSerializer.Serialize(Get<Wishes>().All, Wire.Json)}");

    /// <summary>Once what the record says stands in the state repo.</summary>
    public async Task WrittenAsync(params string[] services)
    {
        foreach (var service in services) await LaneAsync(service, lane => lane.Recorded?.Release is not null);
    }

    public async Task<string> WhyAsync(string service) => string.Join('\n',
        (await Client.GetFromJsonAsync<StatusView>("api/v1/status", Wire.Json))!.Services.Single(each => each.Service.Name == service)
            .Lanes.Select(lane => $"{lane.Wait.Kind}: {lane.Wait.Says}"));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    public static string ReleaseOf(string service, int number) => $"{service}-{number}-{Sha(number)[..7]}";

    private static string Sha(int number) => number.ToString(CultureInfo.InvariantCulture).PadRight(40, 'a');

    private static IEnumerable<StreamWrite> Record(string service)
    {
        var environment = new EnvironmentSpec("production", [], null, 1000, OnInconclusive.Ask, TimeSpan.Zero, 0, null, null,
            ImmutableSortedDictionary<string, string>.Empty);
        var spec = new ServiceSpec(service, [], new("serve"), new(0.999, null, null, null), [environment]);
        yield return EventStreams.Write<ServiceEvent>($"service/{service}", 0, "test",
            [new ServiceEvent.Registered(service, $"/nowhere/{service}", "main", "headway.yaml")]);
        for (var number = 1; number <= 3; number++)
        {
            var commit = new Commit(Sha(number), $"Change {number}", "somebody", At.AddHours(-1));
            var release = new Release(ReleaseOf(service, number), service, number, commit, $"sha256:{Sha(number)}", null, spec, At);
            yield return EventStreams.Write<RunEvent>($"run/{service}-{number}", 0, "test",
            [
                new RunEvent.Started($"{service}-{number}", service, number, commit, spec),
                new RunEvent.Finished(RunOutcome.Succeeded, "Every job succeeded.", release),
            ]);
        }
        // As it was recorded before intent stood in git. A person has held what is to come.
        yield return EventStreams.Write<LaneEvent>($"lane/{service}/production", 0, "test",
        [
            .. Gone(service, 1), .. Gone(service, 2), new LaneEvent.PromotionDecided(ReleaseOf(service, 3), 3, "It passed."),
            new LaneEvent.ReleaseRejected(ReleaseOf(service, 3), 3, "Not before the holiday."),
        ]);
    }

    private static LaneEvent[] Gone(string service, int number) =>
    [
        new LaneEvent.PromotionDecided(ReleaseOf(service, number), number, "It passed."),
        new LaneEvent.RolloutOpened($"r{number}", number == 1 ? null : ReleaseOf(service, 1), ReleaseOf(service, number)),
        new LaneEvent.RolloutClosed($"r{number}", RolloutEnd.Completed, ReleaseOf(service, number)),
    ];
}
