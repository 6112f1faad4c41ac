using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.SupplyChain;
using Headway.Server.Sources;
using Headway.Server.Storage;

namespace Headway.Server.Pipelines;

/// <summary>
/// All runs, as their streams tell; the only writer of those streams. Nothing else is kept about a run, so a server
/// that was killed goes on where it was.
/// </summary>
public sealed class RunBook(
    IEventStore store, ServiceBook services, RunFiles files, RunDeciding deciding, TimeProvider time) : IDisposable
{
    private const string Actor = "pipeline";
    private const int NumbersTried = 20;
    private static readonly TimeSpan NumberTaken = TimeSpan.FromMilliseconds(50);
    private readonly ConcurrentDictionary<string, RunState> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RunState> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ServiceRuns> _services = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ImmutableArray<string>> _provisions = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _alone = new(1);

    /// <summary>Beats after every change of a run.</summary>
    public Pulse Changed { get; } = new();

    public IEnumerable<RunState> All => _runs.Values;

    /// <summary>In the order in which they were started.</summary>
    public IEnumerable<RunState> Open => _open.Values.OrderBy(run => run.StartedAt).ThenBy(run => run.Number);

    public RunState? Find(string run) => _runs.GetValueOrDefault(run);

    /// <summary>The run that tries a release in an environment, if there is one.</summary>
    public RunState? Verifying(Release release, string environment) =>
        Find($"{release.Service}-{release.Number}-{environment}") is { Trigger.Verifies: not null } run ? run : null;

    /// <summary>Runs about what an environment of a service consists of, the oldest first.</summary>
    public ImmutableArray<RunState> Provisioning(string service, string environment) =>
        _provisions.TryGetValue($"{service}/{environment}", out var runs) ? [.. runs.Select(run => _runs[run]).OrderBy(run => run.Trigger!.Provisions!.Attempt)] : [];

    /// <summary>Starts a run about an environment; nothing gives way to it, since what is half made is nobody's wish.</summary>
    public async Task<RunState> ProvisionAsync(Release release, ServiceSpec spec, RunTrigger trigger, string actor, CancellationToken stop)
    {
        var run = await AloneAsync(async () =>
        {
            var about = trigger.Provisions!;
            var id = $"{release.Service}-{release.Number}-{about.Environment}-{about.Act.ToString().ToLowerInvariant()}{about.Attempt}";
            if (Find(id) is { } known) return known;
            var started = new RunEvent.Started(id, release.Service, release.Number, release.Commit, spec) { Trigger = trigger };
            Fold(id, await store.AppendAsync(RunState.StreamOf(id), 0, actor,
                await deciding.CompletedAsync(null, [started], Lookup, stop), stop));
            return _runs[id];
        }, stop);
        Changed.Beat();
        return run;
    }

    /// <summary>Runs of a service's commits, the newest first.</summary>
    public IEnumerable<RunState> Of(string service) =>
        _services.TryGetValue(service, out var runs) ? runs.NewestFirst.Select(run => _runs[run]) : [];

    public async Task LoadAsync(CancellationToken stop)
    {
        foreach (var head in await store.ReadHeadsAsync("run/", stop))
            Fold(head.Stream["run/".Length..], await store.LoadAsync<RunEvent>(head.Stream, stop));
        // A kill between a job's end and the run's end leaves a run that only has to be closed.
        foreach (var run in Open.ToList())
            await ChangeAsync(run.Id, Actor, _ => RunDecision.Of(), stop);
    }

    /// <summary>
    /// Starts the run of a commit, in one transaction with the record that the commit was seen and with all that follows
    /// of itself. Older runs of the same line give way to it.
    /// </summary>
    public async Task<RunState> StartAsync(
        WatchedService service, Commit commit, ServiceSpec spec, RunTrigger trigger,
            ImmutableArray<ServiceEvent> before, CancellationToken stop)
    {
        var digests = await files.DigestsAsync(service, commit, spec, stop);
        var run = await AloneAsync(
            () => AppendNewAsync(service, (commit, spec, trigger, digests), before, stop), stop);
        return await GiveWayAsync(run, trigger, stop);
    }

    /// <summary>
    /// Starts a run that no commit brought: it tries a release where that is out. Trials of other releases there give way to it,
    /// also those of newer ones that were taken back; it goes on where it gave way itself.
    /// </summary>
    public async Task<RunState> VerifyAsync(
        Release release, ServiceSpec spec, RunTrigger trigger, CancellationToken stop)
    {
        var run = await AloneAsync(async () =>
        {
            // It has the number of the release, and no number of its own: releases count on without gaps.
            var id = $"{release.Service}-{release.Number}-{trigger.Verifies!.Environment}";
            if (Find(id) is { } known) return known;
            var started = new RunEvent.Started(id, release.Service, release.Number, release.Commit, spec)
            {
                Trigger = trigger,
            };
            Fold(id, await store.AppendAsync(RunState.StreamOf(id), 0, Actor,
                await deciding.CompletedAsync(null, [started], Lookup, stop), stop));
            return _runs[id];
        }, stop);
        if (EnvironmentVerification.Again(run) is { } again)
            await ChangeAsync(run.Id, Actor, state => RunDecider.Decide(state, again), stop);
        return await GiveWayAsync(run, trigger, stop);
    }

    private async Task<RunState> GiveWayAsync(RunState run, RunTrigger trigger, CancellationToken stop)
    {
        foreach (var older in Open.Where(each => each.Service == run.Service
            && (each.Number < run.Number || (trigger.Verifies is not null && each.Number != run.Number))
            && RunLine.IsSame(each.Trigger, trigger)).ToList())
            await ChangeAsync(
                older.Id, Actor, each => RunDecider.Decide(each, new RunCommand.Supersede(run.Id)), stop);
        Changed.Beat();
        return _runs[run.Id];
    }

    private async Task<RunState> AppendNewAsync(
        WatchedService service,
        (Commit Commit, ServiceSpec Spec, RunTrigger Trigger, ImmutableSortedDictionary<string, string>? Files) of,
        ImmutableArray<ServiceEvent> before, CancellationToken stop)
    {
        var number = NextNumber(service.Name);
        var id = $"{service.Name}-{number}";
        var seen = services.Write(service.Name, [.. before, SeenBy(service, of.Commit, id, of.Trigger) with
        {
            Warns = deciding.Rules.Warning(of.Spec),
        }]);
        var started = new RunEvent.Started(id, service.Name, number, of.Commit, of.Spec)
        {
            Trigger = of.Trigger, Files = of.Files,
        };
        var written = EventStreams.Write<RunEvent>(RunState.StreamOf(id), 0, Actor,
            await deciding.CompletedAsync(null, [started], Lookup, stop));
        var stored = await store.AppendAsync([seen, written], stop);
        services.Fold(
            service.Name, stored.Where(e => e.Stream == seen.Stream).Select(EventTypes.Known.Recorded<ServiceEvent>));
        Fold(id, stored.Where(e => e.Stream == written.Stream).Select(EventTypes.Known.Recorded<RunEvent>));
        return _runs[id];
    }

    /// <summary>
    /// A release that was built elsewhere, as a run without jobs that has ended: it takes its number among all others. The
    /// release that was made of the same artifact and commit before, when there is one.
    /// </summary>
    public async Task<Release> HandOverAsync(
        HandedOver handed, string actor, Func<RunState, CancellationToken, Task<Release>> make, CancellationToken stop)
    {
        var release = await AloneAsync(() => HandedAsync(handed, actor, make, stop), stop);
        Changed.Beat();
        return release;
    }

    private async Task<Release> HandedAsync(
        HandedOver handed, string actor, Func<RunState, CancellationToken, Task<Release>> make, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (handed.Known(_runs.Values) is { } known) return known;
            var number = NextNumber(handed.Service);
            var started = handed.AsRun($"{handed.Service}-{number}", number);
            var release = await make(RunState.Evolve(null, new(started, 0, 0, time.GetUtcNow(), Actor)), stop);
            try
            {
                Fold(started.Run, await store.AppendAsync<RunEvent>(RunState.StreamOf(started.Run), 0, actor,
                    [started, new RunEvent.Finished(RunOutcome.Succeeded, handed.Says, release)], stop));
                return release;
            }
            catch (VersionConflictException) when (attempt < NumbersTried)
            {
                // A push took the number at the same moment; once that is folded, the next one is free.
                await Task.Delay(NumberTaken, time, stop);
            }
        }
    }

    private int NextNumber(string service) => _services.TryGetValue(service, out var runs) ? runs.Last + 1 : 1;

    /// <summary>Decides on the newest state of a run and stores what follows, the run's end included.</summary>
    public async Task<RunDecision> ChangeAsync(
        string run, string actor, Func<RunState, RunDecision> decide, CancellationToken stop)
    {
        var (decision, changed) = await AloneAsync(async () =>
        {
            var state = _runs[run];
            var decided = decide(state);
            if (decided.Refusal is not null) return (decided, false);
            var events = await deciding.CompletedAsync(state, decided.Events, Lookup, stop);
            if (events.IsEmpty) return (decided, false);
            Fold(run, await store.AppendAsync(RunState.StreamOf(run), state.Version, actor, events, stop));
            return (RunDecision.Of(), true);
        }, stop);
        if (changed) Changed.Beat();
        return decision;
    }

    /// <summary>
    /// A runner says which tools it has. Where nobody had them before, results of earlier runs may be of use now.
    /// </summary>
    public async Task HeardToolsAsync(string runner, string tools, CancellationToken stop)
    {
        // A run that begins meanwhile either knows the tools or is among those that are open afterwards.
        if (!await AloneAsync(() => Task.FromResult(deciding.Earlier.Heard(runner, tools)), stop)) return;
        foreach (var run in Open.ToList()) await ChangeAsync(run.Id, Actor, _ => RunDecision.Of(), stop);
    }

    public void Dispose() => _alone.Dispose();

    private static ServiceEvent.CommitSeen SeenBy(
        WatchedService service, Commit commit, string run, RunTrigger trigger) => new(commit, run)
        {
            Beside = trigger.Kind is not TriggerKind.Push || trigger.Branch != service.Branch,
        };

    private async Task<T> AloneAsync<T>(Func<Task<T>> act, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try { return await act(); }
        finally { _alone.Release(); }
    }

    private RunLookup Lookup => new(Find, (service, commit) => Of(service).FirstOrDefault(
        run => run.Outcome is RunOutcome.Succeeded && run.Commit.Sha == commit), Of);

    private void Fold(string run, IEnumerable<Recorded<RunEvent>> events)
    {
        foreach (var recorded in events)
        {
            var next = RunState.Evolve(Find(run), recorded);
            _runs[run] = next;
            if (recorded.Event is RunEvent.JobFinished ended) deciding.Earlier.Remember(next, ended);
        }
        if (Find(run) is not { } state) return;
        if (state.Trigger?.Provisions is { } made) _provisions.AddOrUpdate($"{state.Service}/{made.Environment}", [run], (_, known) => known.Contains(run) ? known : known.Add(run));
        if (state.Trigger is not { IsAboutRelease: true }) _services.GetOrAdd(state.Service, _ => new()).Add(state.Number, run);
        if (state.IsOpen) _open[run] = state;
        else _open.TryRemove(run, out _);
    }
}
