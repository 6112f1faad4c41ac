using System.Collections.Immutable;

namespace Headway.Core.Pipelines;

/// <summary>What is to become of a job that waits.</summary>
public abstract record JobTurn
{
    private JobTurn() { }

    /// <summary>Something that it needs has not ended, or the run has failed and nothing else starts.</summary>
    public sealed record Waits : JobTurn;

    /// <param name="Why">A sentence, or null when nothing was asked.</param>
    public sealed record Runs(string? Why) : JobTurn;

    public sealed record Skips(string Why) : JobTurn
    {
        /// <summary>What it kept at the commit that changes are counted from is still what it would keep.</summary>
        public bool KeepsArtifact { get; init; }
    }

    /// <summary>It cannot be said whether it is to run, and skipping it silently would hide that.</summary>
    public sealed record Fails(string Says) : JobTurn;

    public static JobTurn Of(RunState run, JobSpec job, RunPhases phases)
    {
        if (phases[job.Name] is not JobPhase.Waiting || !job.Needs.All(phases.HasEnded)) return new Waits();
        if ((phases.AnyBroken || job.Needs.Any(phases.IsBroken)) && !JobCondition.AsksHowNeedsEnded(job))
            return new Waits();
        if (run.Job(job.Name)!.Forced) return new Runs("A person restarted it.");
        if (run.Spec.Jobs.FirstOrDefault(need => need.Artifact is not null && job.Needs.Contains(need.Name)
                && phases[need.Name] is JobPhase.Skipped) is { } missing)
            return new Skips($"It needs the artifact of {missing.Name}, which was skipped.");
        return OfPaths(run, job) is { } untouched ? untouched with { KeepsArtifact = job.Artifact is not null }
            : JobCondition.Decide(run, job) is Runs { Why: null } ? new Runs(WhyTouched(run, job))
            : JobCondition.Decide(run, job);
    }

    private static Skips? OfPaths(RunState run, JobSpec job) =>
        !job.Paths.IsDefaultOrEmpty && run.Trigger?.Changed is { } changed && Touching(job, changed) is null
            ? new($"Nothing that matches {Listed(job.Paths)} changed since {Short(run.Trigger.Base)}.") : null;

    private static string? WhyTouched(RunState run, JobSpec job)
    {
        if (job.Paths.IsDefaultOrEmpty) return null;
        if (run.Trigger?.Changed is not { } changed) return "What changed is not known, so everything counts as changed.";
        var path = Touching(job, changed)!;
        var pattern = job.Paths.Last(each => !each.StartsWith('!') && new PathPattern(each).Matches(path));
        var more = changed.Length > 1 ? $" ({changed.Length} files changed)" : "";
        return $"{path} changed, matched by {pattern}{more}.";
    }

    private static string? Touching(JobSpec job, ImmutableArray<string> changed) =>
        changed.FirstOrDefault(path => PathPattern.AnyMatches(job.Paths, path));

    internal static string Listed(ImmutableArray<string> patterns) => patterns.Length <= 4
        ? string.Join(", ", patterns) : $"{string.Join(", ", patterns.Take(3))} and {patterns.Length - 3} more";

    private static string Short(string? commit) =>
        commit is null ? "the last run" : commit.Length <= 7 ? commit : commit[..7];
}

/// <summary>Phases of all jobs of a run by name, looked up once for a decision about all of them.</summary>
public sealed class RunPhases
{
    private readonly Dictionary<string, JobPhase> _phases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _heldBack = new(StringComparer.Ordinal);

    public RunPhases(RunState run)
    {
        foreach (var job in run.Jobs) _phases[job.Name] = job.Phase;
        AnyBroken = run.Jobs.Any(job => job.Phase is JobPhase.Failed or JobPhase.Lost);
        if (!AnyBroken) return;
        foreach (var job in run.Spec.Jobs)
            if (_phases[job.Name] is JobPhase.Waiting && !JobCondition.AsksHowNeedsEnded(job)) _heldBack.Add(job.Name);
    }

    public bool AnyBroken { get; }

    public JobPhase this[string job] => _phases[job];

    public bool IsBroken(string job) => _phases[job] is JobPhase.Failed or JobPhase.Lost;

    /// <summary>Nothing that it is doing or may still do is to be waited for: after a failure that is so without a start too.</summary>
    public bool HasEnded(string job) =>
        _phases[job] is not (JobPhase.Waiting or JobPhase.Running) || _heldBack.Contains(job);
}
