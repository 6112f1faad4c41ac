using Headway.Server.Journal;
using Headway.Server.Secrets;
using Headway.Targets.Processes;

namespace Headway.Server.Rollouts;

/// <summary>How a release is run in a lane: its own run section, with what the environment sets on top.</summary>
internal static class ReleasesToRun
{
    public static ReleaseToRun Find(Ledger ledger, string lane, string id)
    {
        var release = ledger.Release(id) ?? throw new InvalidOperationException($"There is no release {id}.");
        var environment = release.Spec.Environments.FirstOrDefault(e => lane == $"{release.Service}/{e.Name}");
        var run = release.Spec.Run;
        if (environment is null) return new(release.ArtifactDigest, run);
        return new(release.ArtifactDigest, run with
        {
            MinInstances = environment.MinInstances ?? run.MinInstances,
            MaxInstances = environment.MaxInstances ?? Math.Max(run.MaxInstances, environment.MinInstances ?? 0),
            Variables = run.Variables.SetItems(environment.Variables),
            Secrets = SecretUses.Of(release.Spec, environment.Name),
        });
    }
}
