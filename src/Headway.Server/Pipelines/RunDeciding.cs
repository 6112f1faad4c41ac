using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Core.SupplyChain;
using Headway.Server.Rules;
using Headway.Server.SupplyChain;

namespace Headway.Server.Pipelines;

/// <summary>
/// Completes what was decided about a run with what follows of itself: jobs that are skipped or known from an earlier run,
/// why and under which key a job runs, and the end.
/// </summary>
public sealed class RunDeciding(
    EarlierJobs earlier, ReleaseMaking making, SpecRules rules, IEnumerable<ReleasePolicy> policies, TimeProvider time)
{
    private const string Actor = "pipeline";

    public EarlierJobs Earlier => earlier;

    public SpecRules Rules => rules;

    /// <param name="state">Null before the first event.</param>
    /// <param name="happened">What was decided, in order.</param>
    /// <param name="runs">All runs by id.</param>
    public async Task<ImmutableArray<RunEvent>> CompletedAsync(
        RunState? state, ImmutableArray<RunEvent> happened, RunLookup runs, CancellationToken stop)
    {
        var told = ImmutableArray.CreateBuilder<RunEvent>();
        foreach (var e in happened)
        {
            told.Add(e is RunEvent.JobStarted started && state is not null ? Told(state, started) : e);
            state = Foreseen(state, [told[^1]]);
        }
        if (state is null) return told.ToImmutable();
        var follows = await FollowsAsync(state, runs, stop);
        told.AddRange(follows);
        told.AddRange(await EndOfAsync(Foreseen(state, follows)!, runs, stop));
        return told.ToImmutable();
    }

    private RunEvent.JobStarted Told(RunState run, RunEvent.JobStarted started)
    {
        var job = run.Spec.Jobs.First(each => each.Name == started.Job);
        return started with
        {
            Why = (JobTurn.Of(run, job, new(run)) as JobTurn.Runs)?.Why,
            Key = JobFingerprint.MayStand(job) ? RunFollow.KeyOf(run, job, earlier.ToolsOf(started.Runner)) : null,
        };
    }

    /// <summary>
    /// Files of earlier results are read once before they count; each round has looked at more of them, and what is
    /// damaged counts as never made.
    /// </summary>
    private async Task<ImmutableArray<RunEvent>> FollowsAsync(RunState state, RunLookup runs, CancellationToken stop)
    {
        var bad = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var unseen = new HashSet<string>(StringComparer.Ordinal);
            EarlierResult? Sound(EarlierResult? result)
            {
                if (result is null || EarlierJobs.DigestsOf(result).Any(bad.Contains)) return null;
                unseen.UnionWith(EarlierJobs.DigestsOf(result).Where(digest => !earlier.IsKnownSound(digest)));
                return result;
            }
            var follows = RunFollow.Of(state, new(earlier.Tools,
                key => Sound(earlier.Find(key, runs.Find)), job => Sound(AtBase(state, job, runs))));
            if (unseen.Count == 0) return follows;
            foreach (var digest in unseen)
                if (!await earlier.LookAsync(digest, stop)) bad.Add(digest);
        }
    }

    private static EarlierResult? AtBase(RunState state, string job, RunLookup runs) =>
        state.Trigger?.Base is { } commit && runs.Succeeded(state.Service, commit) is { } run
            && run.Job(job) is { Phase: JobPhase.Succeeded, Digest: { } digest } made
            ? new(run.Id, job, digest, made.Results) : null;

    private RunState? Foreseen(RunState? state, ImmutableArray<RunEvent> events) =>
        events.Aggregate(state, (next, e) => RunState.Evolve(next, new(e, 0, 0, time.GetUtcNow(), Actor)));

    /// <summary>
    /// The release is in the registry, with all that is said about it, before the record says that there is one. Made
    /// again after a kill, it is the same.
    /// </summary>
    private async Task<ImmutableArray<RunEvent>> EndOfAsync(RunState state, RunLookup runs, CancellationToken stop)
    {
        if (RunDecider.Ending(state) is not { } ending) return [];
        if (ending.Outcome is not RunOutcome.Succeeded || state.Trigger is { MayRelease: false })
            return [new RunEvent.Finished(ending.Outcome, ending.Says, null)];
        if (state.Jobs.FirstOrDefault(job => job.Digest is not null)?.Digest is not { } digest)
            return [WithoutArtifact(state, ending)];
        var made = await making.OfRunAsync(
            state, digest, Reproductions.Of(state, digest, runs.Of(state.Service)), stop);
        if (made.Release is { } kept)
            foreach (var policy in policies)
                if (await policy(kept, state, stop) is { } refused)
                    return [new RunEvent.Finished(RunOutcome.Failed, $"{ending.Says} {refused}", null)];
        return made.Release is { } release
            ? [new RunEvent.Finished(ending.Outcome, $"{ending.Says} {made.Says}".TrimEnd(), release)]
            : [new RunEvent.Finished(RunOutcome.Failed, made.Says, null)];
    }

    private static RunEvent.Finished WithoutArtifact(RunState state, RunEnding ending)
    {
        var keeps = state.Spec.Jobs.FirstOrDefault(job => job.Artifact is not null);
        return keeps is not null && state.Job(keeps.Name) is { Phase: JobPhase.Skipped }
            ? new(ending.Outcome,
                $"{ending.Says} {keeps.Name}, which keeps the artifact, is one of them: there is nothing to release.", null)
            : new(RunOutcome.Failed, "No job kept an artifact, so there is nothing to release.", null);
    }
}

/// <summary>How one run finds others.</summary>
/// <param name="Find">By id.</param>
/// <param name="Succeeded">The newest succeeded run of a service at a commit.</param>
/// <param name="Of">All runs of a service.</param>
public sealed record RunLookup(
    Func<string, RunState?> Find, Func<string, string, RunState?> Succeeded, Func<string, IEnumerable<RunState>> Of);
