using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Environments;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Server.Rollouts;
using Headway.Server.Storage;

namespace Headway.Benchmarks.Rollouts;

/// <summary>
/// Writes a record with many open rollouts into a fresh data folder, as a server would have left it: services with
/// twenty environments each, two releases, and in every environment the second one on its first share.
/// </summary>
internal sealed class Seed(IEventStore store, bool waits)
{
    public const string Node = "bench";
    public const int EnvironmentsEach = 20;
    private const double Share = 0.05;
    private const int StreamsAtOnce = 200;
    private static readonly string Digest = $"sha256:{new string('0', 64)}";
    private static readonly DateTimeOffset At = DateTimeOffset.UtcNow;
    private static readonly RolloutRules Rules =
        new(OnInconclusive.Ask, 1_000_000, TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.FromSeconds(30), 1);
    private readonly List<WorkloadWanted> _workloads = [];
    private readonly List<RouteWanted> _routes = [];
    private int _port = 20_000;

    /// <param name="waits">They are paused instead of judged, and no node is there.</param>
    public static async Task WriteAsync(string data, int rollouts, bool waits, CancellationToken stop)
    {
        await using var store = await EventStores.OpenAsync(
            new() { DataFolder = Path.Combine(data, "server") }, TimeProvider.System, stop);
        var seed = new Seed(store, waits);
        for (var service = 0; service < rollouts / EnvironmentsEach; service++)
            await seed.ServiceAsync($"service-{service}", stop);
        if (waits) return;
        var desired = new DesiredState(Node, store.Epoch, 1, [.. seed._workloads], [.. seed._routes], []);
        await store.WriteRowAsync("node", Node, 0, JsonSerializer.SerializeToUtf8Bytes(desired, Wire.Json), stop);
    }

    private async Task ServiceAsync(string name, CancellationToken stop)
    {
        var spec = new ServiceSpec(name, [], new("serve"), ObjectivesSpec.None,
            [.. Enumerable.Range(0, EnvironmentsEach).Select(Environment)]);
        var releases = new[] { 1, 2 }.Select(number => new Release(
            $"{name}-{number}-abcdef0", name, number, new($"{number}".PadLeft(40, 'a'), "A change", "bench", At), Digest,
            null, spec, At)).ToArray();
        var writes = new List<StreamWrite>
        {
            EventStreams.Write<ServiceEvent>($"service/{name}", 0, "bench",
                [new ServiceEvent.Registered(name, $"/nowhere/{name}", "main", "headway.yaml")]),
        };
        writes.AddRange(releases.Select(release => EventStreams.Write<RunEvent>(
            $"run/{name}-{release.Number}", 0, "bench",
            [
                new RunEvent.Started($"{name}-{release.Number}", name, release.Number, release.Commit, spec),
                new RunEvent.Finished(RunOutcome.Succeeded, "Every job succeeded.", release),
            ])));
        foreach (var environment in spec.Environments) writes.AddRange(Lane(name, environment.Name, releases));
        foreach (var some in writes.Chunk(StreamsAtOnce)) Remember(await store.AppendAsync([.. some], stop));
        foreach (var environment in spec.Environments)
            await store.WriteRowAsync("lane", $"{name}/{environment.Name}", 0,
                JsonSerializer.SerializeToUtf8Bytes(new LanePlace(++_port), Wire.Json), stop);
        if (!waits) Wanted(name, spec, releases);
    }

    private static EnvironmentSpec Environment(int index) => new(
        $"stage-{index}", [], null, 1_000_000, OnInconclusive.Ask, TimeSpan.Zero, 0, null, null,
        ImmutableSortedDictionary<string, string>.Empty);

    private IEnumerable<StreamWrite> Lane(string service, string environment, Release[] releases)
    {
        var (stable, candidate) = (releases[0].Id, releases[1].Id);
        var id = $"{service}-{environment}-2";
        yield return EventStreams.Write<LaneEvent>($"lane/{service}/{environment}", 0, "bench",
        [
            new LaneEvent.PromotionDecided(stable, 1, "It passed its pipeline."),
            new LaneEvent.RolloutOpened($"{service}-{environment}-1", null, stable),
            new LaneEvent.RolloutClosed($"{service}-{environment}-1", RolloutEnd.Completed, stable),
            new LaneEvent.PromotionDecided(candidate, 2, "It passed its pipeline."),
            new LaneEvent.RolloutOpened(id, stable, candidate),
        ]);
        var plan = new Plan("canary", 1,
        [
            new Step.Place(WantedEffects.Workload, 1),
            new Step.Expose(WantedEffects.Traffic, new Exposure.Fraction(Share, ExposureUnit.Client)),
            new Step.Watch(WatchFor.Users, TimeSpan.FromHours(2), TimeSpan.FromHours(4)),
            new Step.Expose(WantedEffects.Traffic, new Exposure.Fraction(1, ExposureUnit.Client)),
            new Step.Retire(WantedEffects.Workload, 0),
        ], []);
        ImmutableArray<RolloutEvent> events =
        [
            new RolloutEvent.Started(id, service, environment, stable, candidate, plan, Rules),
            new RolloutEvent.StepPassed(0, PassedBy.Observed, "It runs.", null),
            new RolloutEvent.StepPassed(1, PassedBy.Observed, "Users meet it.", null),
        ];
        yield return EventStreams.Write($"rollout/{id}", 0, "bench",
            waits ? events.Add(new RolloutEvent.Paused("A person looks at it.")) : events);
    }

    private readonly Dictionary<string, long> _positions = [];

    private void Remember(ImmutableArray<StoredEvent> stored)
    {
        foreach (var one in stored) _positions[one.Stream] = one.Position;
    }

    /// <summary>What the server would have asked of the node by now.</summary>
    private void Wanted(string name, ServiceSpec spec, Release[] releases)
    {
        foreach (var environment in spec.Environments)
        {
            var lane = $"{name}/{environment.Name}";
            var fence = new Fence(store.Epoch, _positions[$"rollout/{name}-{environment.Name}-2"]);
            _workloads.AddRange(releases.Select(release => new WorkloadWanted(
                lane, release.Id, release.ArtifactDigest, spec.Run, 1, fence)));
            _routes.Add(new(lane, ++_port, 2, fence, releases[0].Id, releases[1].Id,
                new Exposure.Fraction(Share, ExposureUnit.Client), $"{lane}:{releases[1].Id}", TimeSpan.FromSeconds(1),
                new(Rules.Lease, Rules.BudgetFailedRequests)));
        }
    }
}
