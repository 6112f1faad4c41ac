using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Pipelines;
using Headway.Core.Provisioning;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Waiting;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Provisioning;

/// <summary>
/// Keeps environments as the releases describe them that are wanted there. What is to be done is read off lanes and runs each time, so nothing is lost with a server that dies.
/// </summary>
public sealed partial class ProvisionWatch((Ledger Ledger, LedgerReader Reader) record, ProvisionRuns runs, LaneTurns turns, TimeProvider time, ILogger<ProvisionWatch> log)
    : BackgroundService
{
    private const string Actor = "headway";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2), Gap = TimeSpan.FromMilliseconds(200);

    /// <summary>After a start every lane has its turn first: only then is it known which releases ask to come in.</summary>
    private static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(5);

    /// <summary>A lane asks at every turn, and turns are at most some ten seconds apart. Once let in, the lane itself soon says what it wants.</summary>
    private static readonly TimeSpan AsksStand = TimeSpan.FromSeconds(45), ComesIn = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, (string Release, DateTimeOffset Until)> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _troubles = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _some = new(0, 1);
    private readonly Ledger _ledger = record.Ledger;
    private ILookup<string, LaneState> _left = Array.Empty<LaneState>().ToLookup(lane => lane.Service);

    /// <summary>The last gate: an environment is made for a release that nothing else keeps out.</summary>
    public Wait? Gate(Release release, string environment)
    {
        if (ProvisionRuns.SpecOf(release, environment) is null) return null;
        var lane = $"{release.Service}/{environment}";
        _asked[lane] = (release.Id, time.GetUtcNow() + AsksStand);
        var wait = runs.WishOf(release, environment) is { } wish ? ProvisionDecider.WhyWaits(runs.Of(release.Service, environment), wish, environment)
            : new(WaitKind.Environment, release.Id, _troubles.GetValueOrDefault(lane) ?? $"The files that describe {environment} are being looked at.", null, null, null);
        if (wait is null) _asked[lane] = (release.Id, time.GetUtcNow() + ComesIn);
        else Poke();
        return wait;
    }

    /// <summary>What is wanted to be there; null where nothing is known of it.</summary>
    public (ProvisionState State, ProvisionWish? Wish) View(string service, string environment)
    {
        var state = runs.Of(service, environment);
        return (state, ProvisionDecider.Wished(state, Candidates(_ledger.Lane(service, environment)).Select(each => runs.WishOf(each, environment))));
    }

    public IEnumerable<Wait> Of(ServiceView service)
    {
        foreach (var lane in _left[service.Name])
            yield return new(WaitKind.Environment, lane.Lane, $"{lane.Environment} is not in {service.SpecPath} any more, and {lane.Current} still runs there.",
                $"`headway environments remove {lane.Service} {lane.Environment}`, or a commit that has it.", null, null);
        foreach (var environment in service.Environments.Where(each => each.Provision is not null))
            if (runs.Of(service.Name, environment.Name) is { HasDrifted: true, Last: { } look })
                yield return new(WaitKind.Drift, $"{service.Name}/{environment.Name}", $"{environment.Name} is not what was made: {look.Says}",
                    $"`headway environments make {service.Name} {environment.Name}`", look.FinishedAt, null);
    }

    /// <summary>Somebody wants it to be made again now.</summary>
    public async Task<Refusal?> MakeAsync(string service, string environment, string actor, string why, CancellationToken stop)
    {
        var (state, wish) = View(service, environment);
        if (wish is null) return new("environment.undescribed", $"No release of {service} that is wanted in {environment} has `provision:` for it.");
        if (state.Last is { IsOpen: true } open) return new("environment.busy", $"Run {open.Id} is about {environment}; it ends first.");
        await runs.StartAsync(_ledger.Release(wish.Release)!, environment, (ProvisionAct.Make, why), actor, stop);
        return null;
    }

    public override void Dispose()
    {
        _some.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await record.Reader.CaughtUp.WaitAsync(stoppingToken);
            await Task.Delay(FirstAfter, stoppingToken);
            for (; ; await Task.Delay(Gap, stoppingToken))
            {
                var lanes = _ledger.Lanes.ToList();
                _left = lanes.Where(IsLeft).ToLookup(lane => lane.Service);
                foreach (var lane in lanes.Where(IsDescribed)) await TryAsync(lane, stoppingToken);
                // Also those in which nothing has ever run.
                foreach (var lane in _asked.Keys.Select(Lane).Where(lane => lane.Version == 0)) await TryAsync(lane, stoppingToken);
                await _some.WaitAsync(Every, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    /// <summary>Something runs there, and headway.yaml does not know the environment any more.</summary>
    private bool IsLeft(LaneState lane) => lane.Current is not null && _ledger.Service(lane.Service) is { Newest: not null } service
        && PromotionOrder.IndexOf(service.Environments, lane.Environment) < 0;

    /// <summary>Most lanes need nothing of this, and are passed by.</summary>
    private bool IsDescribed(LaneState lane) => lane.EmptiedWhy is not null || Candidates(lane).Any(each => ProvisionRuns.SpecOf(each, lane.Environment) is not null);

    private LaneState Lane(string lane) => _ledger.Lane(lane[..lane.LastIndexOf('/')], lane[(lane.LastIndexOf('/') + 1)..]);

    private async Task TryAsync(LaneState lane, CancellationToken stop)
    {
        try
        {
            await TurnAsync(lane, stop);
            _troubles.TryRemove(lane.Lane, out _);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (!_troubles.TryGetValue(lane.Lane, out var known) || known != e.Message) TurnFailed(lane.Lane, e);
            _troubles[lane.Lane] = e.Message;
        }
    }

    private async Task TurnAsync(LaneState lane, CancellationToken stop)
    {
        foreach (var each in Candidates(lane))
            if (ProvisionRuns.SpecOf(each, lane.Environment) is not null && runs.WishOf(each, lane.Environment) is null)
            {
                await runs.LookAsync(each, lane.Environment, stop);
                turns.Send(lane.Lane, new LaneTrigger.Wake());
            }
        var (state, wish) = View(lane.Service, lane.Environment);
        if (wish is not null)
        {
            if (ProvisionDecider.Next(state, wish, (lane.Current, Heal(wish, lane)), time.GetUtcNow()) is { } next)
                await runs.StartAsync(_ledger.Release(wish.Release)!, lane.Environment, next, Actor, stop);
        }
        else if (lane.EmptiedWhy is { } why && state.Runs.LastOrDefault() is { } last && _ledger.Release(ProvisionState.Of(last).Release) is { } made)
        {
            await runs.LookAsync(made, lane.Environment, stop);
            if (ProvisionDecider.Removal(state, ProvisionRuns.SpecOf(made, lane.Environment), why) is { } removal)
                await runs.StartAsync(made, lane.Environment, removal, Actor, stop);
        }
    }

    /// <summary>The release that asks to come in, the one that is tried, and the one that users have.</summary>
    private IEnumerable<Release> Candidates(LaneState lane)
    {
        if (_asked.TryGetValue(lane.Lane, out var asked) && time.GetUtcNow() < asked.Until && _ledger.Release(asked.Release) is { } coming) yield return coming;
        if (lane.Queued is { Back: false } queued && _ledger.Release(queued.Release) is { } wanted) yield return wanted;
        if (lane.Open is { } open && _ledger.Rollout(open) is { Phase: RolloutPhase.Advancing } rollout && _ledger.Release(rollout.Candidate) is { } tried) yield return tried;
        if (lane.Current is { } current && _ledger.Release(current) is { } stable) yield return stable;
    }

    private HealPolicy Heal(ProvisionWish wish, LaneState lane) =>
        _ledger.Release(wish.Release)?.Spec.Environments.FirstOrDefault(each => each.Name == lane.Environment)?.Heal ?? HealPolicy.Auto;

    private void Poke()
    {
        try { _some.Release(); }
        catch (SemaphoreFullException)
        {
            // It looks already.
        }
    }

    [LoggerMessage(LogLevel.Warning, "What {Lane} consists of could not be looked at; it is tried again.")]
    private partial void TurnFailed(string lane, Exception e);
}
