using Headway.Core.Pipelines;
using Headway.Core.Releases;

namespace Headway.Core.SupplyChain;

/// <summary>Whether the same inputs made the same bytes before: the same job of
/// the same service with the same key, or of the same commit where a job has no key.</summary>
public static class Reproductions
{
    /// <param name="others">Runs of the service or of any, this one among them.</param>
    public static Reproduction? Of(RunState run, string digest, IEnumerable<RunState> others)
    {
        // What was taken over from an earlier run was not built again, so it shows nothing.
        if (run.Jobs.FirstOrDefault(each => each.Digest == digest) is not { Reuses: null } built) return null;
        var spec = run.Spec.Jobs.FirstOrDefault(each => each.Name == built.Name);
        if (spec is null) return null;
        var earlier = others
            .Where(other => other.Service == run.Service && other.Id != run.Id && other.Number < run.Number)
            .OrderByDescending(other => other.Number)
            .Select(other => (other.Id, Job: other.Job(built.Name), IsSame: HasInputs(other, run, built, spec)))
            .FirstOrDefault(other => other is { IsSame: true, Job: { Digest: not null, Reuses: null } });
        return earlier.Job?.Digest is { } before ? new(earlier.Id, before == digest, before) : null;
    }

    public static string? Sentence(Reproduction? reproduction) => reproduction switch
    {
        null => null,
        { IsSame: true } => $"The artifact is reproduced: {reproduction.Run} made the same bytes of the same inputs.",
        _ => $"The build is not reproducible: {reproduction.Run} made other bytes of the same inputs "
            + $"({reproduction.EarlierDigest}).",
    };

    /// <summary>The key of a job covers all that goes into it; where there is none, the commit and the command have to do.</summary>
    private static bool HasInputs(RunState other, RunState run, JobState built, JobSpec spec) =>
        built.Key is { } key && other.Job(built.Name)?.Key is { } before ? key == before
        : other.Commit.Sha == run.Commit.Sha && other.Spec.Jobs.FirstOrDefault(each => each.Name == built.Name) is { } then
            && then.Run == spec.Run && then.Artifact == spec.Artifact && then.Needs.SequenceEqual(spec.Needs);
}
