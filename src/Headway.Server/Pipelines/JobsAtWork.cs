using Headway.Core.Pipelines;
using Headway.Server.Access;

namespace Headway.Server.Pipelines;

public sealed record JobAtWork(RunState Run, JobState Job);

/// <summary>The attempt that a runner's call is about, if it is under way; every such call is a sign of life.</summary>
public sealed class JobsAtWork(RunBook runs, RunnersHeard heard)
{
    /// <param name="who">A token of one node is not told of, and not believed about, jobs that runners of others carry.</param>
    public JobAtWork? Find(string run, string job, int attempt, AccessToken? who)
    {
        if (runs.Find(run) is not { } state || state.Job(job) is not { Phase: JobPhase.Running, Runner: { } runner } found) return null;
        if (found.Attempt != attempt || who?.SpeaksForRunner(runner) == false) return null;
        heard.Heard(run, found);
        return new(state, found);
    }

    /// <summary>The end was told already; the runner did not get the answer and tells it again.</summary>
    public bool HasEnded(string run, string job, int attempt) =>
        runs.Find(run)?.Job(job) is { Phase: JobPhase.Succeeded or JobPhase.Failed or JobPhase.Lost } found
            && found.Attempt == attempt;
}
