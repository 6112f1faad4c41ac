using System.Collections.Immutable;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Server.Explanations;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Storage;
using Headway.Simulation.Replay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headway.Cli.Tests.Explanations;

/// <summary>
/// A server with the record and the evidence of one rollout of an hour ago, in which one request in ten failed, and a
/// signal that was looked at every ten seconds.
/// </summary>
internal sealed class PastShop : IAsyncDisposable
{
    public const string Rollout = "shop-production-2", Lane = "shop/production";
    private const int Before = 400, During = 40;

    private readonly WebApplication app;
    private readonly SetClock clock = new();
    private readonly MemoryEventStore store;
    private readonly DateTimeOffset start = Core.Judging.Seconds.Floor(DateTimeOffset.UtcNow.AddHours(-1));

    private PastShop()
    {
        store = new(clock);
        app = Build();
    }

    public string Address => app.Urls.Single();

    public static async Task<PastShop> OpenAsync()
    {
        var shop = new PastShop();
        await shop.RecordAsync();
        await shop.store.KeepEvidenceAsync([.. shop.Evidence()], default);
        await shop.store.KeepSamplesAsync([.. shop.Samples()], default);
        var ledger = shop.app.Services.GetRequiredService<Ledger>();
        foreach (var stored in await shop.store.ReadAllAsync(0, int.MaxValue, default)) ledger.Fold(stored);
        await shop.app.StartAsync();
        return shop;
    }

    public Task<Ran> Headway(params string[] args) => Ran.Headway([.. args, "--server", Address]);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await store.DisposeAsync();
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json => Wire.Apply(json.SerializerOptions));
        builder.Services.AddSingleton<IEventStore>(store).AddSingleton(TimeProvider.System).AddSingleton<Ledger>()
            .AddSingleton<LedgerReader>().AddSingleton(new StorageOptions { DataFolder = "unused" }).AddExplanations();
        var built = builder.Build();
        built.MapExplanations();
        built.MapGet("/api/v1/rollouts", (Ledger ledger) => ledger.Rollouts.Select(RolloutView.Of));
        built.MapGet("/api/v1/rollouts/{id}", (string id, Ledger ledger) =>
            ledger.Rollout(id) is { } rollout ? Results.Ok(RolloutView.Of(rollout)) : Results.NotFound());
        return built;
    }

    private async Task RecordAsync()
    {
        var spec = new ServiceSpec(
            "shop", [], new RunSpec("./run"), ObjectivesSpec.None,
            [new("production", [], null, 50, OnInconclusive.Ask, TimeSpan.Zero, 0, 1, 1,
                ImmutableSortedDictionary<string, string>.Empty)])
        {
            Evidence = [new("payments", new SignalSource.Prometheus("http://127.0.0.1:9090", new("bad", "all",
                null)), new SignalTest.Counts()) { Trust = Trust.Observe }],
        };
        await AppendAsync<ServiceEvent>("service/shop", new ServiceEvent.Registered("shop", "file:///shop", "main",
            "headway.yaml"));
        foreach (var number in new[] { 1, 2 })
        {
            var commit = new Commit(new string('a', 40), "Change", "someone", start);
            var release = new Release($"shop-{number}", "shop", number, commit, $"sha256:{number}", null, spec, start);
            await AppendAsync<RunEvent>($"run/shop-{number}", new RunEvent.Started($"shop-{number}", "shop",
                number, commit, spec),
                new RunEvent.Finished(RunOutcome.Succeeded, "All jobs succeeded.", release));
        }

        var limit = TimeSpan.FromMinutes(5);
        Plan plan = new("canary", 1,
        [
            new Step.Expose("traffic", new Exposure.Fraction(0.1, ExposureUnit.Client)),
            new Step.Watch(WatchFor.Users, TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(10)),
            new Step.Expose("traffic", new Exposure.Fraction(1, ExposureUnit.Client)),
        ], []);
        await HappensAsync(0, new RolloutEvent.Started(
            Rollout, "shop", "production", "shop-1", "shop-2", plan, new(OnInconclusive.Ask, 50, limit, limit,
                limit, 1)));
        await HappensAsync(0, new RolloutEvent.StepPassed(0, PassedBy.Observed, "Seen as wanted.", null));
        await HappensAsync(During, new RolloutEvent.RollbackStarted(RollbackCause.ProvenWorse, "It is worse.", null));
        await HappensAsync(During + 5, new RolloutEvent.Ended(RolloutEnd.RolledBack, "It is worse."));
    }

    private IEnumerable<EvidenceBatch> Evidence()
    {
        for (var second = -Before; second < During; second++)
        {
            var chance = new Chance(11, second + Before);
            var (candidate, stable) = second < 0 ? (0, 50) : (5, 45);
            yield return new("n1", "b1", second + Before + 1, Lane, second < 0 ? 1 : 2, start.AddSeconds(second),
                Side("shop-1", stable, chance.Binomial(stable, 0.01)),
                second < 0 ? null : Side("shop-2", candidate, second % 2));
        }
    }

    private IEnumerable<SignalSample> Samples() => Enumerable.Range(0, During / 10).Select(i => new SignalSample(
        Lane, "payments", "server/1", i + 1, start.AddSeconds(10 * i), SideReading.Counted("shop-1", 40, 0),
        SideReading.Counted("shop-2", 4, 1) with { Examples = ["trace 4bf92f3577b34da6"] }) { Asked =
            "bad{release=\"shop-2\"}" });

    private static SideCounts Side(string release, int requests, int failures) => SideCounts.None(release) with
    {
        Requests = requests, Failures = failures, Clients = requests, ClientFailures = failures, SpellClients =
            requests,
        Routes = [new("/pay", requests, failures)],
    };

    private async Task HappensAsync(int second, RolloutEvent happened)
    {
        clock.Now = start.AddSeconds(second);
        const string stream = $"rollout/{Rollout}";
        var version = (await store.ReadStreamAsync(stream, 0, default)).Length;
        await store.AppendAsync(stream, version, "test", [happened], default);
    }

    private async Task AppendAsync<T>(string stream, params T[] events) where T : class =>
        await store.AppendAsync(stream, 0, "test", [.. events], default);

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
