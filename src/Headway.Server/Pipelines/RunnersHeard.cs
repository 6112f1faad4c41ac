using System.Collections.Concurrent;
using Headway.Core.Pipelines;

namespace Headway.Server.Pipelines;

/// <summary>
/// How long running jobs have been silent. Kept in memory alone: after a restart every runner has the whole time again.
/// Silence is counted in small steps, so that a machine that was suspended does not lose all its runners at once.
/// </summary>
public sealed class RunnersHeard
{
    private readonly ConcurrentDictionary<(string Run, string Job, int Attempt), Silence> _jobs = new();

    /// <summary>The job was just handed out; nothing was heard of it yet.</summary>
    public void Begun(string run, JobState job) => _jobs[KeyOf(run, job)] = new(TimeSpan.Zero, Spoke: false);

    public void Heard(string run, JobState job) => _jobs[KeyOf(run, job)] = new(TimeSpan.Zero, Spoke: true);

    /// <summary>
    /// Whether the runner has said anything about the job since it got it, as far as this server knows.
    /// </summary>
    public bool Spoke(string run, JobState job) =>
        !_jobs.TryGetValue(KeyOf(run, job), out var silence) || silence.Spoke;

    /// <summary>Adds to the silence of a job and returns all of it.</summary>
    public TimeSpan Silent(string run, JobState job, TimeSpan since) =>
        _jobs.AddOrUpdate(KeyOf(run, job), _ => new(since, Spoke: true), (_, old) => old with { For = old.For + since })
            .For;

    public void Forget(Func<string, string, int, bool> isOver)
    {
        foreach (var key in _jobs.Keys.Where(key => isOver(key.Run, key.Job, key.Attempt))) _jobs.TryRemove(key, out _);
    }

    private static (string Run, string Job, int Attempt) KeyOf(string run, JobState job) =>
        (run, job.Name, job.Attempt);

    private readonly record struct Silence(TimeSpan For, bool Spoke);
}
