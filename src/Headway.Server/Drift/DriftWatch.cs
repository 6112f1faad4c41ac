using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Drift;
using Headway.Core.Environments;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Waiting;
using Headway.Server.Journal;
using Headway.Server.Storage;
using Headway.Targets.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Drift;

/// <param name="Says">What happens with it.</param>
public sealed record DriftView(string Service, string Environment, string Release, ImmutableArray<string> Differences, DateTimeOffset Since, HealPolicy Heal, string Says);

/// <summary>Compares what nodes say of the files that run with what was released, at every report that says something else, and at least every few seconds.</summary>
public sealed partial class DriftWatch(Ledger ledger, NodeBoard board, IEventStore store, TimeProvider time, ILogger<DriftWatch> log) : BackgroundService
{
    private const string Prefix = "drift/", Actor = "headway";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, DriftState> _known = new();
    private readonly SemaphoreSlim _alone = new(1);

    public IEnumerable<DriftView> All => ledger.Lanes.Select(View).OfType<DriftView>();

    public IEnumerable<Wait> Of(ServiceView service) => service.Environments.Select(each => View(ledger.Lane(service.Name, each.Name))).OfType<DriftView>()
        .Select(view => new Wait(WaitKind.Drift, $"{view.Service}/{view.Environment}", $"What runs is not {view.Release}: {string.Join(", ", view.Differences.Take(3))}"
            + $"{(view.Differences.Length > 3 ? $" and {view.Differences.Length - 3} more" : "")}. {view.Says}", $"`headway drift heal {view.Service} --environment {view.Environment}`", view.Since, null));

    /// <summary>Null when it is begun.</summary>
    public async Task<Refusal?> HealAsync(string service, string environment, string actor, string why, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            var lane = ledger.Lane(service, environment);
            var known = _known.GetValueOrDefault(lane.Lane, DriftState.None);
            if (known.Differences.IsEmpty) return new("drift.none", $"What runs in {lane.Lane} is what was released.");
            if (lane.Open is not null) return new("drift.rollout", $"A rollout of {service} is open in {environment}; it brings what it needs.");
            await RecordAsync(lane, known, [new DriftEvent.HealBegun(known.Release!, why)], actor, stop);
            return null;
        }
        finally
        {
            _alone.Release();
        }
    }

    public override void Dispose()
    {
        _alone.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var head in await store.ReadHeadsAsync(Prefix, stoppingToken))
                _known[head.Stream[Prefix.Length..]] = (await store.LoadAsync<DriftEvent>(head.Stream, stoppingToken))
                    .Aggregate(DriftState.None, (state, each) => state.Evolve(each.Event, each.At));
            for (; ; await Task.Delay(Every, time, stoppingToken))
                foreach (var lane in ledger.Lanes.ToList()) await TryAsync(lane, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    private async Task TryAsync(LaneState lane, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            var known = _known.GetValueOrDefault(lane.Lane, DriftState.None);
            if (Seen(lane) is not { } found) return;
            var events = DriftDecider.Decide(known, lane, found, PolicyOf(lane), time.GetUtcNow());
            if (!events.IsEmpty) await RecordAsync(lane, known, events, Actor, stop);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LookFailed(lane.Lane, e);
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <summary>Null where no node has said anything yet.</summary>
    private ImmutableArray<string>? Seen(LaneState lane)
    {
        if (lane.Current is not { } current) return null;
        var (found, isHeard) = (ImmutableArray.CreateBuilder<string>(), false);
        foreach (var node in board.Nodes)
        {
            if (board.LastReport(node) is not { } last || board.Desired(node).Workloads.FirstOrDefault(
                wanted => wanted.Lane == lane.Lane && wanted.Release == current && wanted.Instances > 0) is not { } wanted) continue;
            isHeard = true;
            foreach (var altered in last.Report.Altered.IsDefault ? [] : last.Report.Altered.Where(each => each.Digest == wanted.ArtifactDigest))
                found.AddRange(altered.Paths.Select(path => $"{node}: {path}"));
        }
        return isHeard ? found.ToImmutable() : null;
    }

    /// <summary>The record first: what was begun and died in between is begun again, which does no harm.</summary>
    private async Task RecordAsync(LaneState lane, DriftState known, ImmutableArray<DriftEvent> events, string actor, CancellationToken stop)
    {
        await store.AppendAsync($"{Prefix}{lane.Lane}", known.Version, actor, events, stop);
        _known[lane.Lane] = events.Aggregate(known, (state, each) => state.Evolve(each, time.GetUtcNow()));
        if (events.Any(each => each is DriftEvent.HealBegun)) await RenewAsync(lane, stop);
    }

    /// <summary>Nodes fetch the artifact anew and replace its instances one by one, as they do when a secret has changed.</summary>
    private async Task RenewAsync(LaneState lane, CancellationToken stop)
    {
        var refresh = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var node in board.Nodes)
            await board.ChangeAsync(node, desired => desired with
            {
                Workloads = [.. desired.Workloads.Select(wanted => wanted.Lane == lane.Lane && wanted.Release == lane.Current && wanted.Instances > 0
                    ? wanted with { Refresh = Math.Max(refresh, wanted.Refresh + 1) } : wanted)],
            }, stop);
    }

    private HealPolicy PolicyOf(LaneState lane) => lane.Current is { } current && ledger.Release(current) is { } release
        ? release.Spec.Environments.FirstOrDefault(each => each.Name == lane.Environment)?.Heal ?? HealPolicy.Auto : HealPolicy.Auto;

    private DriftView? View(LaneState lane) => _known.GetValueOrDefault(lane.Lane) is { Differences.IsEmpty: false } known && known.Release == lane.Current
        ? new(lane.Service, lane.Environment, known.Release!, known.Differences, known.Since ?? time.GetUtcNow(), PolicyOf(lane),
            DriftDecider.Says(known, lane, PolicyOf(lane), time.GetUtcNow())) : null;

    [LoggerMessage(LogLevel.Warning, "{Lane} could not be compared with what was released; it is compared again.")]
    private partial void LookFailed(string lane, Exception e);
}
