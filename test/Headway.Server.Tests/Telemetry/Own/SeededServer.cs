using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Environments;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Server.Host;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Storage;
using Headway.Server.Telemetry.Own;
using Headway.Server.Tests.Storage;
using Headway.Targets.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Tests.Telemetry.Own;

/// <summary>
/// A whole server over a record with a promoted, a rolled-back and an open rollout, which a node has told about its
/// instances and its users.
/// </summary>
internal sealed class SeededServer : IAsyncDisposable
{
    public const string Awkward = "Say \"more\" \\ about\nprices";
    private static readonly DateTimeOffset At = DateTimeOffset.UtcNow.AddHours(-2);
    private static readonly RolloutRules Rules =
        new(OnInconclusive.Ask, 1000, TimeSpan.FromHours(9), TimeSpan.FromHours(9), TimeSpan.FromSeconds(30), 1);
    private readonly WebApplication _app;
    private readonly TempFolder _folder;

    private SeededServer(WebApplication app, TempFolder folder)
    {
        (_app, _folder) = (app, folder);
        Client = new() { BaseAddress = new(app.Urls.Single()) };
        var admin = File.ReadAllText(Path.Combine(folder.Path, Headway.Server.Access.Tokens.AdminFile)).Trim();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", admin);
    }

    public HttpClient Client { get; }

    public OwnMetrics Metrics => _app.Services.GetRequiredService<OwnMetrics>();

    public static async Task<SeededServer> StartAsync()
    {
        var folder = new TempFolder();
        await using (var store = await EventStores.OpenAsync(new() { DataFolder = folder.Path }, TimeProvider.System, default))
        {
            await store.AppendAsync([.. Record()], default);
            await store.WriteRowAsync("lane", "shop/production", 0, JsonSerializer.SerializeToUtf8Bytes(new LanePlace(4001), Wire.Json), default);
        }
        var app = await HeadwayServer.StartAsync(new() { DataFolder = folder.Path, Url = "http://127.0.0.1:0" }, default);
        var server = new SeededServer(app, folder);
        await app.Services.GetRequiredService<LedgerReader>().CaughtUp;
        await server.LaneAsync();
        await server.TellAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Waits until the lane of the record has its turns.</summary>
    private async Task LaneAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (_app.Services.GetRequiredService<LaneTurns>().Of("shop/production") is null) await Task.Delay(20, limit.Token);
    }

    /// <summary>The node has no instances any more.</summary>
    public void Forget() => _app.Services.GetRequiredService<NodeBoard>().Reported(new("n1", "boot", At, 1, 1, [], [], [], []));

    /// <summary>What the judge says with much evidence, so that every metric has a sample.</summary>
    private static Verdict Full() => new(VerdictKind.KeepWatching, "About 100 more requests.", EvidenceSummary.Empty with
    {
        Method = "sequential comparison", LogE = 1.5, LogEToRollBack = 5.3, RelativeRisk = 1.2, ExcessFailures = 2.5,
        Metrics = [new("errors", 0.7, 1.5, null), new("p99", 0.3, -0.5, null)],
    });

    /// <summary>Over real HTTP with a node's token, as a node tells it.</summary>
    private async Task TellAsync()
    {
        var made = await (await Client.PostAsJsonAsync("/api/v1/tokens/", new { name = "node", scope = "node", node = "n1" }))
            .Content.ReadFromJsonAsync<JsonElement>();
        using var node = new HttpClient { BaseAddress = Client.BaseAddress };
        node.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.GetProperty("secret").GetString());
        var seen = new InstanceSeen("shop-production-3-1", 77, 4000, "ready", At, 2, 0.25, 123_456_789, 3, null);
        var report = new NodeReport("n1", "boot", At, 1, 1,
            [new WorkloadSeen("shop/production", "shop-3-cccccc3", Fence.None, [seen], null)],
            [new RouteSeen("shop/production", 5, Fence.None, "shop-1-aaaaaa1", "shop-3-cccccc3", new Exposure.Fraction(0.25, ExposureUnit.Client), null)],
            [], []);
        (await node.PostAsJsonAsync("/node/v1/n1/report", report, Wire.Json)).EnsureSuccessStatusCode();
        var stable = SideCounts.None("shop-1-aaaaaa1") with
        {
            Requests = 300, Failures = 3, Refused = 5, Latency = new([LatencyScale.BucketOf(20), LatencyScale.BucketOf(400)], [90, 10]),
        };
        var candidate = SideCounts.None("shop-3-cccccc3") with { Requests = 100, Failures = 2 };
        ImmutableArray<EvidenceBatch> batches =
        [
            new("n1", "boot", 1, "shop/production", 5, At.AddMinutes(60), stable, candidate),
            new("n1", "boot", 2, "shop/production", 5, At.AddMinutes(61), stable, null),
        ];
        // The second time is a repetition, which counts nothing.
        for (var i = 0; i < 2; i++)
            (await node.PostAsJsonAsync("/node/v1/n1/evidence", batches, Wire.Json)).EnsureSuccessStatusCode();
    }

    private static IEnumerable<StreamWrite> Record()
    {
        var environment = new EnvironmentSpec("production", [], null, 1000, OnInconclusive.Ask, TimeSpan.Zero, 0, null, null,
            ImmutableSortedDictionary<string, string>.Empty);
        var spec = new ServiceSpec("shop", [], new("serve"), new(0.999, null, null, null), [environment]);
        string[] ids = ["shop-1-aaaaaa1", "shop-2-bbbbbb2", "shop-3-cccccc3"];
        yield return EventStreams.Write<ServiceEvent>("service/shop", 0, "test",
            [new ServiceEvent.Registered("shop", "/nowhere/shop", "main", "headway.yaml")]);
        foreach (var id in ids)
        {
            var number = Array.IndexOf(ids, id) + 1;
            var commit = new Commit(id[^7..].PadRight(40, '0'), Awkward, "somebody", At.AddHours(-1));
            var release = new Release(id, "shop", number, commit, $"sha256:{new string('0', 64)}", null, spec, At);
            yield return EventStreams.Write<RunEvent>($"run/shop-{number}", 0, "test",
            [
                new RunEvent.Started($"shop-{number}", "shop", number, commit, spec),
                new RunEvent.Finished(RunOutcome.Succeeded, "Every job succeeded.", release),
            ]);
        }
        yield return EventStreams.Write<LaneEvent>("lane/shop/production", 0, "test",
        [
            new LaneEvent.PromotionDecided(ids[0], 1, "It passed."), new LaneEvent.RolloutOpened("r1", null, ids[0]),
            new LaneEvent.RolloutClosed("r1", RolloutEnd.Completed, ids[0]),
            new LaneEvent.PromotionDecided(ids[1], 2, "It passed."), new LaneEvent.RolloutOpened("r2", ids[0], ids[1]),
            new LaneEvent.RolloutClosed("r2", RolloutEnd.RolledBack, ids[0]),
            new LaneEvent.PromotionDecided(ids[2], 3, "It passed."), new LaneEvent.RolloutOpened("r3", ids[0], ids[2]),
        ]);
        yield return Rollout("r1", null, ids[0], new RolloutEvent.Promoted("It is good.", null), new RolloutEvent.Ended(RolloutEnd.Completed, "Done."));
        yield return Rollout("r2", ids[0], ids[1], new RolloutEvent.RollbackStarted(RollbackCause.ProvenWorse, "It is worse.", null),
            new RolloutEvent.Ended(RolloutEnd.RolledBack, "Back."));
        yield return Rollout("r3", ids[0], ids[2], new RolloutEvent.Judged(0, Full()), new RolloutEvent.Paused("A person looks at it."));
    }

    private static StreamWrite Rollout(string id, string? stable, string candidate, params RolloutEvent[] then)
    {
        var plan = new Plan("all at once", 1,
            [new Step.Place(WantedEffects.Workload, 1), new Step.Retire(WantedEffects.Workload, 0)], []);
        return EventStreams.Write<RolloutEvent>($"rollout/{id}", 0, "test",
            [new RolloutEvent.Started(id, "shop", "production", stable, candidate, plan, Rules), .. then]);
    }
}
