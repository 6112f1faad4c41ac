using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Services;

namespace Headway.Core.SupplyChain;

/// <summary>An artifact that was built elsewhere and is to become a release.</summary>
public sealed record HandedOver(
    string Service, Commit Commit, ServiceSpec Spec, string ArtifactDigest, ReleaseOrigin Origin, string HandedBy,
    string Branch)
{
    public string Says => $"It was built by {Origin.BuiltBy} and handed over by {HandedBy}.";

    /// <summary>The release that the same artifact of the same commit became before.</summary>
    public Release? Known(IEnumerable<RunState> runs) => runs.Select(run => run.Release).FirstOrDefault(release =>
        release is { Origin: not null } && release.Service == Service && release.ArtifactDigest == ArtifactDigest
            && release.Commit.Sha == Commit.Sha);

    /// <summary>A run without jobs, since none of them was run here.</summary>
    public RunEvent.Started AsRun(string id, int number) =>
        new(id, Service, number, Commit, Spec with { Jobs = [] })
        {
            Trigger = new(TriggerKind.Handover, Branch) { By = HandedBy },
        };
}
