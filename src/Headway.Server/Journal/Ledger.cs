using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Configuration;
using Headway.Core.Delivery;
using Headway.Core.Environments;
using Headway.Core.Pacts;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Scans;
using Headway.Core.Services;
using Headway.Server.Storage;

namespace Headway.Server.Journal;

/// <summary>
/// What the record says, folded into views in memory: for pages, for lists, and for one lane to see another.
/// It may lag behind the store by a moment; whatever decides checks versions when it appends.
/// </summary>
public sealed class Ledger
{
    private readonly ConcurrentDictionary<string, ServiceView> _services = new();
    private readonly ConcurrentDictionary<string, RunState> _runs = new();
    private readonly ConcurrentDictionary<string, Release> _releases = new();
    private readonly ConcurrentDictionary<string, LaneState> _lanes = new();
    private readonly ConcurrentDictionary<string, RolloutState> _rollouts = new();
    private readonly ConcurrentDictionary<string, ApprovalState> _approvals = new();
    private readonly ConcurrentDictionary<string, ImmutableArray<ConfigurationVersion>> _configurations = new();
    private readonly ConcurrentDictionary<string, Release> _configured = new();
    private readonly ConcurrentDictionary<string, string> _unreadable = new();
    private readonly ConcurrentDictionary<string, byte> _added = new();

    /// <summary>Position up to which everything is folded.</summary>
    public long Position { get; private set; }

    public IEnumerable<ServiceView> Services => _services.Values.OrderBy(s => s.Name, StringComparer.Ordinal);
    public IEnumerable<RunState> Runs => _runs.Values.OrderByDescending(r => r.StartedAt);
    public IEnumerable<Release> Releases => _releases.Values.OrderByDescending(r => r.CreatedAt);
    public IEnumerable<LaneState> Lanes => _lanes.Values.OrderBy(l => l.Lane, StringComparer.Ordinal);
    public IEnumerable<RolloutState> Rollouts => _rollouts.Values.OrderByDescending(r => r.Position);

    /// <summary>Digests of the results of scans and contracts that were added to releases after they were made.</summary>
    public IEnumerable<string> Added => _added.Keys;

    /// <summary>Streams written by a newer Headway: read-only here, everything else runs.</summary>
    public IReadOnlyDictionary<string, string> Unreadable => _unreadable;

    public ApprovalState Approvals(string lane) => _approvals.GetValueOrDefault(lane) ?? ApprovalState.Empty;

    public ServiceView? Service(string name) => _services.GetValueOrDefault(name);
    public RunState? Run(string id) => _runs.GetValueOrDefault(id);
    public Release? Release(string id) => _releases.GetValueOrDefault(id) ?? Configured(id);
    public RolloutState? Rollout(string id) => _rollouts.GetValueOrDefault(id);

    /// <summary>What the state repo sets for a service now; null before it set anything.</summary>
    public ConfigurationVersion? Configuration(string service) => _configurations.TryGetValue(service, out var known) ? known[^1] : null;

    /// <summary>The release as it is to run in an environment: with the configuration that holds there now.</summary>
    public Release Configured(Release release, string environment)
    {
        var since = Configuration(release.Service)?.Since.GetValueOrDefault(environment) ?? 0;
        return since == 0 ? Release(release.Base) ?? release : Release($"{release.Base}.c{since}") ?? release;
    }

    public LaneState Lane(string service, string environment) =>
        _lanes.GetValueOrDefault($"{service}/{environment}") ?? LaneState.Empty(service, environment);

    /// <summary>Folds one stored event; called in order of position by one reader only.</summary>
    public object? Fold(StoredEvent stored)
    {
        Position = stored.Position;
        if (_unreadable.ContainsKey(stored.Stream)) return null;
        try
        {
            return Read(stored);
        }
        catch (Exception e) when (e is UnknownEventTypeException or EventUnreadableException)
        {
            _unreadable[stored.Stream] = e.Message;
            return null;
        }
    }

    private object? Read(StoredEvent stored)
    {
        var slash = stored.Stream.IndexOf('/');
        var (kind, key) = (stored.Stream[..Math.Max(slash, 0)], stored.Stream[(slash + 1)..]);
        switch (kind)
        {
            case "service": return FoldService(key, EventTypes.Known.Recorded<ServiceEvent>(stored));
            case "run": return FoldRun(key, EventTypes.Known.Recorded<RunEvent>(stored));
            case "lane":
                var happened = EventTypes.Known.Recorded<LaneEvent>(stored);
                var at = key.LastIndexOf('/');
                _lanes[key] = LaneEvolution.Evolve(Lane(key[..at], key[(at + 1)..]), happened);
                return happened.Event;
            case "rollout":
                var change = EventTypes.Known.Recorded<RolloutEvent>(stored);
                _rollouts[key] = RolloutEvolution.Evolve(_rollouts.GetValueOrDefault(key), change);
                return change.Event;
            case "approvals":
                var said = EventTypes.Known.Recorded<ApprovalEvent>(stored);
                _approvals[key] = ApprovalState.Evolve(Approvals(key), said);
                return said.Event;
            case "config":
                var configured = EventTypes.Known.Recorded<ConfigurationEvent>(stored).Event;
                if (configured is ConfigurationEvent.Changed { Version: var version })
                    _configurations[key] = [.. _configurations.GetValueOrDefault(key, []), version];
                return configured;
            case "scans":
                if (stored.Payload is not null && EventTypes.Known.Recorded<ScanEvent>(stored).Event is ScanEvent.ResultAdded scan)
                    _added[scan.Result.Digest] = 0;
                return null;
            case "pacts":
                if (stored.Payload is not null && EventTypes.Known.Recorded<PactEvent>(stored).Event is PactEvent.ResultAdded pact)
                    _added[pact.Result.Digest] = 0;
                return null;
            default: return null;
        }
    }

    /// <summary>A release with a configuration of its own is made when it is asked for: both of what it is made of never change.</summary>
    private Release? Configured(string id)
    {
        if (_configured.TryGetValue(id, out var known)) return known;
        if (Core.Releases.Release.BaseOf(id) is not { } of || of == id || _releases.GetValueOrDefault(of) is not { } release
            || !_configurations.TryGetValue(release.Service, out var versions)
            || versions.FirstOrDefault(each => id == $"{of}.c{each.Number}") is not { } version) return null;
        return _configured[id] = version.Apply(release);
    }

    private ServiceEvent FoldService(string key, Recorded<ServiceEvent> recorded)
    {
        if (ServiceView.Evolve(_services.GetValueOrDefault(key), recorded) is { } view) _services[key] = view;
        return recorded.Event;
    }

    private RunEvent FoldRun(string key, Recorded<RunEvent> recorded)
    {
        var run = _runs[key] = RunState.Evolve(_runs.GetValueOrDefault(key), recorded);
        if (recorded.Event is RunEvent.Finished { Release: { } release })
        {
            _releases[release.Id] = release;
            if (_services.TryGetValue(run.Service, out var view) && release.Number > (view.Newest?.Number ?? 0))
                _services[run.Service] = view with { Newest = release };
        }
        return recorded.Event;
    }
}
