using System.Text.Json;
using Headway.Core;
using Headway.Core.Nodes;
using Headway.Server.Access;
using Headway.Server.Access.Identity;
using Headway.Server.Artifacts;
using Headway.Server.Audit;
using Headway.Server.Delivery;
using Headway.Server.Explanations;
using Headway.Server.Configuration;
using Headway.Server.Connections;
using Headway.Server.Drift;
using Headway.Server.Groups;
using Headway.Server.Intent;
using Headway.Server.Intent.Pushes;
using Headway.Server.Journal;
using Headway.Server.Nodes;
using Headway.Server.Pacts;
using Headway.Server.Pipelines;
using Headway.Server.Provisioning;
using Headway.Server.Policies;
using Headway.Server.Readiness;
using Headway.Server.Registry;
using Headway.Server.Registry.Http;
using Headway.Server.Rollouts;
using Headway.Server.Scans;
using Headway.Server.Secrets;
using Headway.Server.Secrets.Keys;
using Headway.Server.Signals;
using Headway.Server.Sources;
using Headway.Server.Status;
using Headway.Server.Status.Page;
using Headway.Server.Storage;
using Headway.Server.SupplyChain;
using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Own;
using Headway.Server.Telemetry.Promql.Http;
using Headway.Targets;
using Headway.Targets.Gateway;
using Headway.Targets.Nodes;
using Headway.Targets.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Host;

/// <summary>The server as a table of contents, in the order of the main path.</summary>
public static class HeadwayServer
{
    public static async Task<WebApplication> StartAsync(ServerOptions options, CancellationToken stop)
    {
        var storage = new StorageOptions { DataFolder = options.DataFolder, ConnectionString = options.Store };
        var store = await EventStores.OpenAsync(storage, TimeProvider.System, stop);
        var tokens = await Tokens.OpenAsync(store, options.DataFolder, TimeProvider.System, stop);
        var keys = KeyChoice.Open(options.SecretsKey, options.DataFolder);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Url).ConfigureKestrel(new ServerLimits().Apply);
        builder.Logging.ClearProviders().AddSimpleConsole(c => { c.SingleLine = true; c.TimestampFormat = "HH:mm:ss "; });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Headway", LogLevel.Information);
        Add(builder.Services, options);
        builder.Services.AddSecrets(keys).AddStorage(store, storage).AddAccess(tokens, store, new() { HostNames = options.HostNames });
        var app = builder.Build();
        await RestoreAsync(app, store, stop);
        Map(app);
        await app.StartAsync(stop);
        await app.Services.GetRequiredService<NodeBoard>()
            .ReceiveAsync(app.Services.GetRequiredService<OtlpReceivers>().At, stop);
        return app;
    }

    private static void Add(IServiceCollection services, ServerOptions options)
    {
        services.ConfigureHttpJsonOptions(json => Wire.Apply(json.SerializerOptions));
        services.AddProblemDetails();
        services.AddOpenApi();
        services.AddSingleton(options).AddSingleton(TimeProvider.System);
        services.AddRecord();
        services.AddSources(new()
        {
            Data = Path.Combine(options.DataFolder, "sources"), PollEvery = options.PollEvery, PublicUrl = options.PublicUrl,
        });
        services.AddIntent(options.DataFolder);
        services.AddPipelines(new() { Data = Path.Combine(options.DataFolder, "runs") });
        services.AddArtifacts();
        services.AddSupplyChain();
        services.AddRegistry();
        services.AddScans();
        services.AddContracts();
        services.AddTargets();
        services.AddRollouts();
        services.AddDelivery();
        services.AddSingleton(s => new RequestPlaces(
            id => s.GetRequiredService<Ledger>().Rollout(id) is { } rollout ? (rollout.Service, rollout.Environment) : null,
            id => s.GetRequiredService<Ledger>().Run(id)?.Service));
        services.AddIdentityProviders();
        services.AddConfiguration();
        services.AddGroups();
        services.AddDrift();
        services.AddReadiness();
        services.AddPolicies();
        // The last of the gates: nothing is made for what another one keeps out.
        services.AddProvisioning();
        services.AddExplanations();
        services.AddSignals();
        services.AddTelemetry(new()
        {
            Folder = Path.Combine(options.DataFolder, "telemetry"), Http = options.OtlpHttp, Grpc = options.OtlpGrpc,
        });
        services.AddPrometheus();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<Surroundings>(s, (s.GetRequiredService<DriftWatch>(), s.GetRequiredService<ProvisionWatch>())))
            .AddSingleton<StatusViews>();
        services.AddOwnMetrics().AddOwnSampling();
    }

    private static void AddRecord(this IServiceCollection services)
    {
        services.AddSingleton<Ledger>().AddSingleton<LedgerReader>();
        services.AddSingleton(s => new CheckpointKey(
            SigningKey.LoadOrCreate(Path.Combine(s.GetRequiredService<ServerOptions>().DataFolder, "keys", "checkpoint.pem")).PublicKey));
        services.AddHostedService(s => s.GetRequiredService<LedgerReader>());
    }

    private static void AddTargets(this IServiceCollection services)
    {
        services.AddSingleton(s => new NodeBoard(
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<IEventStore>().Epoch,
            (desired, stop) => KeepAsync(s.GetRequiredService<IEventStore>(), desired, stop)));
        services.AddSingleton<LanePlaces>().AddSingleton<InstanceLogs>();
        services.AddSingleton(s => new TargetDrivers(
            new ProcessesDriver(
                s.GetRequiredService<NodeBoard>(),
                (lane, release) => ReleasesToRun.Find(s.GetRequiredService<Ledger>(), lane, release),
                s.GetRequiredService<TimeProvider>()),
            new GatewayDriver(
                s.GetRequiredService<NodeBoard>(), s.GetRequiredService<LanePlaces>().Traffic,
                s.GetRequiredService<TimeProvider>())));
    }

    private static void AddRollouts(this IServiceCollection services)
    {
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<LaneWorld>(s) with
        {
            Gates = [.. s.GetServices<PromotionGate>()],
            Intent = s.GetRequiredService<IntentDesk>(),
            Wishes = s.GetRequiredService<Wishes>(),
            WhyRefusedAsync = s.GetRequiredService<ReleaseGate>().WhyRefusedAsync,
            WhyNoSecret = s.GetRequiredService<SecretHandOut>().WhyNotRun,
        });
        services.AddSingleton<LaneSchedule>().AddSingleton<LaneTurn>();
        services.AddSingleton<LaneTurns>().AddSingleton<RecentTraffic>().AddSingleton<LaneViews>();
        services.AddHostedService(s => s.GetRequiredService<LaneTurns>());
        services.AddHostedService<Verifications>();
        services.AddSingleton<PromotionGate>(s => (release, environment) => Verifications.WhyWaits(
            s.GetRequiredService<Ledger>(), s.GetRequiredService<RunBook>(), release, environment));
    }

    private static void AddSignals(this IServiceCollection services)
    {
        services.AddSingleton<SignalIntake>();
        services.AddSingleton<ISignalReader, InstancesReader>();
        services.AddSingleton<ISignalReader, DependencyReader>().AddSingleton<ISignalReader, LogsReader>();
        services.AddSingleton<TelemetryReader>().AddSingleton<SignalReaders>();
        services.AddOutsideSources();
        services.AddHostedService<SignalPolling>();
        services.AddHostedService<ProbeOrders>();
    }

    private static void Map(WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAccess();
        app.MapOpenApi();
        app.MapAccess();
        app.MapSources();
        app.MapPipelines();
        app.MapArtifacts();
        app.MapSupplyChain();
        app.MapRegistry();
        app.MapRegistryApi();
        app.MapScans();
        app.MapContracts();
        app.MapIntent();
        app.MapGit();
        app.MapDelivery();
        app.MapFreezes();
        app.MapIdentity();
        app.MapConfiguration();
        app.MapGroups();
        app.MapDrift();
        app.MapProvisioning();
        app.MapReadiness();
        app.MapPolicies();
        app.MapAudit();
        app.MapRollouts();
        app.MapExplanations();
        app.MapNodes();
        app.MapConnections();
        app.MapSecrets();
        app.MapEvidence();
        app.MapTelemetry();
        app.MapPrometheus();
        app.MapStatus();
        app.MapStatusPage();
        app.MapOwnMetrics();
    }

    private static async Task RestoreAsync(WebApplication app, IEventStore store, CancellationToken stop)
    {
        await app.Services.RestoreSupplyChainAsync(stop);
        await app.Services.LoadIdentityAsync(stop);
        await app.Services.GetRequiredService<SecretStore>().LoadAsync(stop);
        await app.Services.RestorePipelinesAsync(stop);
        await app.Services.GetRequiredService<StateKeeping>().OpenAsync(stop);
        await app.Services.GetRequiredService<KnownRules>().LoadAsync(stop);
        await app.Services.GetRequiredService<LanePlaces>().RestoreAsync(stop);
        var board = app.Services.GetRequiredService<NodeBoard>();
        foreach (var row in await store.ReadRowsAsync(NodeRows, stop))
            board.Restore(JsonSerializer.Deserialize<DesiredState>(row.Value, Wire.Json)!);
    }

    private const string NodeRows = "node";

    /// <summary>A document's version is its row's version, so that two servers cannot both write the next one.</summary>
    private static Task KeepAsync(IEventStore store, DesiredState desired, CancellationToken stop) =>
        store.WriteRowAsync(
            NodeRows, desired.Node, desired.Version - 1, JsonSerializer.SerializeToUtf8Bytes(desired, Wire.Json), stop);
}
