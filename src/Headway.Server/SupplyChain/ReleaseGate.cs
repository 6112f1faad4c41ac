using Headway.Core.Releases;
using Headway.Core.SupplyChain;
using Headway.Server.Artifacts;

namespace Headway.Server.SupplyChain;

/// <summary>
/// Stands before every placement: an artifact that was altered, or that nobody who is trusted vouches for, does not run.
/// </summary>
public sealed class ReleaseGate(ArtifactSigner signer, ReleaseFinding finding, TrustBook trust)
{
    /// <summary>Why the release may not run, in a sentence, or null.</summary>
    public async Task<string?> WhyRefusedAsync(Release release, CancellationToken stop) =>
        release.ManifestDigest is null ? signer.WhyRefused(release) : (await VerifyAsync(release, stop)).Refused;

    public async Task<Verification> VerifyAsync(Release release, CancellationToken stop)
    {
        if (release.ManifestDigest is not { } manifest) return Old(release);
        var found = await finding.FindAsync(release.Service, manifest, stop);
        return ReleaseChecks.Of(
            new(release.Base, release.Service, release.Commit.Sha, manifest, release.ArtifactDigest, release.Origin,
                release.Spec.Supply ?? SupplyRules.None), found, trust.Keys);
    }

    /// <summary>Of the time when the server signed the digest of the artifact and nothing else.</summary>
    private Verification Old(Release release) => new(release.Id, "",
    [
        signer.WhyRefused(release) is { } says
            ? new("signature", CheckResult.Failed, says)
            : new("signature", CheckResult.Passed, "The server signed the digest of its artifact."),
        new("provenance", CheckResult.Absent, "It was made before releases had provenance."),
    ]);
}
