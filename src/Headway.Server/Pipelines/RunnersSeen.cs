using System.Collections.Concurrent;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.Waiting;

namespace Headway.Server.Pipelines;

/// <param name="Job">`run/job` that it carries now, or null.</param>
public sealed record RunnerView(
    string Name, IReadOnlyList<string> Labels, JobTrust Trust, DateTimeOffset AskedAt, string? Job);

/// <summary>
/// Runners that asked for work lately, with their labels. Kept in memory alone: after a restart they ask again.
/// </summary>
public sealed class RunnersSeen(RunBook runs, TimeProvider time)
{
    private const int Most = 10_000;
    private const int MostStuck = 20;

    /// <summary>A free runner asks again every half minute; one that did not for so long is not counted on.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<string, (RunnerOffer Offer, DateTimeOffset At)> _seen = new();

    public void Asks(RunnerOffer runner)
    {
        if (_seen.Count >= Most) Forget();
        if (_seen.Count < Most || _seen.ContainsKey(runner.Name)) _seen[runner.Name] = (runner, time.GetUtcNow());
    }

    public IReadOnlyList<RunnerView> All()
    {
        Forget();
        var busy = Busy();
        return [.. _seen.Values.OrderBy(seen => seen.Offer.Name, StringComparer.Ordinal).Select(seen => new RunnerView(
            seen.Offer.Name, seen.Offer.Labels, seen.Offer.Trust, seen.At, busy.GetValueOrDefault(seen.Offer.Name)))];
    }

    /// <summary>Why the next job of a run has not begun.</summary>
    public Wait Wait(RunState run)
    {
        Forget();
        return JobWaits.Of(run, [.. runs.Open], [.. _seen.Values.Select(seen => seen.Offer)]);
    }

    /// <summary>Runs of a service of which nothing runs and something waits for a runner or a turn.</summary>
    public IReadOnlyList<Wait> Stuck(string service) =>
        [.. runs.Open.Where(run => run.Service == service && !run.AnyRunning).OrderBy(run => run.Number).Take(MostStuck)
            .Select(Wait).Where(wait => wait.Unblocks is not null)];

    private Dictionary<string, string> Busy()
    {
        var busy = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var run in runs.Open)
            foreach (var job in run.Jobs)
                if (job is { Phase: JobPhase.Running, Runner: { } runner }) busy[runner] = $"{run.Id}/{job.Name}";
        return busy;
    }

    /// <summary>One that carries a job does not ask, and is there all the same.</summary>
    private void Forget()
    {
        var busy = Busy();
        var since = time.GetUtcNow() - Lately;
        foreach (var (name, seen) in _seen)
            if (seen.At < since && !busy.ContainsKey(name)) _seen.TryRemove(name, out _);
    }
}
