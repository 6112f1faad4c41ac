using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Server.Artifacts;
using Headway.Server.Sources;
using Headway.Server.Storage;

namespace Headway.Server.Pipelines;

/// <summary>
/// All runs, as their streams tell; the only writer of those streams. Nothing else is kept about a run, so a server
/// that was killed goes on where it was.
/// </summary>
public sealed class RunBook(IEventStore store, ServiceBook services, ArtifactSigner signer, TimeProvider time)
    : IDisposable
{
    private const string Actor = "pipeline";
    private readonly ConcurrentDictionary<string, RunState> _runs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _alone = new(1);

    /// <summary>Beats after every change of a run.</summary>
    public Pulse Changed { get; } = new();

    public IEnumerable<RunState> All => _runs.Values;

    /// <summary>In the order in which they were started.</summary>
    public IEnumerable<RunState> Open =>
        _runs.Values.Where(run => run.IsOpen).OrderBy(run => run.StartedAt).ThenBy(run => run.Number);

    public RunState? Find(string run) => _runs.GetValueOrDefault(run);

    public async Task LoadAsync(CancellationToken stop)
    {
        foreach (var head in await store.ReadHeadsAsync("run/", stop))
            Fold(head.Stream["run/".Length..], await store.LoadAsync<RunEvent>(head.Stream, stop));
        // A kill between a job's end and the run's end leaves a run that only has to be closed.
        foreach (var run in Open.ToList())
            await ChangeAsync(run.Id, Actor, _ => RunDecision.Of(), stop);
    }

    /// <summary>
    /// Starts the run of a commit, in one transaction with the record that the commit was seen. Runs of the service
    /// whose jobs have not begun give way to it.
    /// </summary>
    public async Task<RunState> StartAsync(
        WatchedService service, Commit commit, ServiceSpec spec, ImmutableArray<ServiceEvent> before,
            CancellationToken stop)
    {
        var number = _runs.Values.Where(run => run.Service == service.Name).Max(run => (int?)run.Number) + 1 ?? 1;
        var id = $"{service.Name}-{number}";
        var seen = services.Write(service.Name, [.. before, new ServiceEvent.CommitSeen(commit, id)]);
        var started = EventStreams.Write<RunEvent>(
            RunState.StreamOf(id), 0, Actor, [new RunEvent.Started(id, service.Name, number, commit, spec)]);
        var stored = await store.AppendAsync([seen, started], stop);
        services.Fold(
            service.Name, stored.Where(e => e.Stream == seen.Stream).Select(EventTypes.Known.Recorded<ServiceEvent>));
        Fold(id, stored.Where(e => e.Stream == started.Stream).Select(EventTypes.Known.Recorded<RunEvent>));
        foreach (var older in Open.Where(run => run.Service == service.Name && run.Number < number).ToList())
            await ChangeAsync(older.Id, Actor, run => RunDecider.Decide(run, new RunCommand.Supersede(id)), stop);
        Changed.Beat();
        return _runs[id];
    }

    /// <summary>Decides on the newest state of a run and stores what follows, the run's end included.</summary>
    public async Task<RunDecision> ChangeAsync(
        string run, string actor, Func<RunState, RunDecision> decide, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            var state = _runs[run];
            var decision = decide(state);
            if (decision.Refusal is not null) return decision;
            var events = decision.Events.AddRange(EndOf(Foreseen(state, decision.Events)));
            if (events.IsEmpty) return decision;
            Fold(run, await store.AppendAsync(RunState.StreamOf(run), state.Version, actor, events, stop));
        }
        finally
        {
            _alone.Release();
        }
        Changed.Beat();
        return RunDecision.Of();
    }

    public void Dispose() => _alone.Dispose();

    private void Fold(string run, IEnumerable<Recorded<RunEvent>> events)
    {
        foreach (var recorded in events) _runs[run] = RunState.Evolve(Find(run), recorded);
    }

    private RunState Foreseen(RunState state, ImmutableArray<RunEvent> events) =>
        events.Aggregate(state, (next, e) => RunState.Evolve(next, new(e, 0, 0, time.GetUtcNow(), Actor)));

    private ImmutableArray<RunEvent> EndOf(RunState state)
    {
        if (RunDecider.Ending(state) is not { } ending) return [];
        if (ending.Outcome is not RunOutcome.Succeeded)
            return [new RunEvent.Finished(ending.Outcome, ending.Says, null)];
        return state.Jobs.FirstOrDefault(job => job.Digest is not null)?.Digest is { } digest
            ? [new RunEvent.Finished(ending.Outcome, ending.Says, ReleaseOf(state, digest))]
            : [new RunEvent.Finished(
                RunOutcome.Failed, "No job kept an artifact, so there is nothing to release.", null)];
    }

    /// <summary>
    /// The release has the number of its run: a later commit has a higher one, whichever of two runs ends first.
    /// </summary>
    private Release ReleaseOf(RunState run, string digest) =>
        new($"{run.Service}-{run.Number}-{run.Commit.Short}", run.Service, run.Number, run.Commit, digest,
            signer.Sign(digest), run.Spec, time.GetUtcNow());
}
