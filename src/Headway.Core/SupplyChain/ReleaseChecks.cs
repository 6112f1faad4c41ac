using System.Collections.Immutable;

namespace Headway.Core.SupplyChain;

/// <summary>
/// Whether a release is what the record says, and whether those who are trusted say so. The gate before every placement and
/// `headway release verify` decide with this, the one on what the registry holds and the other on an exported file too.
/// </summary>
public static class ReleaseChecks
{
    public static Verification Of(WantedRelease wanted, FoundRelease found, TrustedKeys keys)
    {
        ImmutableArray<SignedWord> words =
            [.. found.Attached.Select(each => SignedWords.Read(each, wanted.Service, keys))];
        var said = new Said(wanted, words);
        ImmutableArray<ReleaseCheck> checks =
        [
            Manifest(wanted, found), Artifact(wanted, found), Named(wanted, found), said.Signature(), .. Origin(said, wanted),
            said.BillOfMaterials(), said.Tests(), .. said.Ignored(),
        ];
        return new(wanted.Id, wanted.ManifestDigest, checks);
    }

    private static IEnumerable<ReleaseCheck> Origin(Said said, WantedRelease wanted)
    {
        if (wanted.Origin is null)
        {
            yield return wanted.Rules.Builds is BuildsWhere.Elsewhere
                ? new("origin", CheckResult.Failed, $"{wanted.Id} was built by Headway, and the service takes only what "
                    + "was built elsewhere (`supply: { builds: elsewhere }`).")
                : said.Provenance();
            yield break;
        }
        if (wanted.Rules.Builds is BuildsWhere.Here)
            yield return new("origin", CheckResult.Failed, $"{wanted.Id} was built elsewhere ({wanted.Origin.BuiltBy}), and "
                + "the service takes only what Headway builds (`supply: { builds: here }`).");
        yield return said.Handover();
        yield return said.ForeignProvenance();
    }

    private static ReleaseCheck Manifest(WantedRelease wanted, FoundRelease found)
    {
        const string name = "manifest";
        if (found.Manifest is not { } bytes)
            return new(name, CheckResult.Failed, $"The manifest of {wanted.Id}, {wanted.ManifestDigest}, is not here, "
                + "or its bytes are not those that were stored.");
        if (OciDescriptor.DigestOf(bytes) is var digest && digest != wanted.ManifestDigest)
            return new(name, CheckResult.Failed, $"The manifest of {wanted.Id} was altered: its digest is {digest} and should "
                + $"be {wanted.ManifestDigest}.");
        if (OciManifest.Read(bytes) is not { ArtifactType: MediaType.Release, Layers: [var layer] })
            return new(name, CheckResult.Failed, $"What {wanted.Id} refers to, {wanted.ManifestDigest}, is no release.");
        var named = layer.MediaType == MediaType.Image
            ? layer.Annotations?.GetValueOrDefault(ReleaseManifest.ImageDigest) : layer.Digest;
        return named == wanted.ArtifactDigest
            ? new(name, CheckResult.Passed, $"The manifest is {digest}.")
            : new(name, CheckResult.Failed, $"The manifest of {wanted.Id} is about another artifact: {named} instead of "
                + $"{wanted.ArtifactDigest}.");
    }

    private static ReleaseCheck Artifact(WantedRelease wanted, FoundRelease found) => found.Artifact switch
    {
        null => new("artifact", CheckResult.Failed, $"The artifact of {wanted.Id}, {wanted.ArtifactDigest}, is not here: it was "
            + "deleted, or its bytes are not those that were stored. Build the commit again."),
        { } digest when digest != wanted.ArtifactDigest => new("artifact", CheckResult.Failed,
            $"The artifact of {wanted.Id} was altered: its digest is {digest} and should be {wanted.ArtifactDigest}."),
        { } digest => new("artifact", CheckResult.Passed, $"The bytes of the artifact are those of {digest}."),
    };

    private static ReleaseCheck Named(WantedRelease wanted, FoundRelease found)
    {
        const string name = "release";
        var manifest = found.Manifest is { } bytes ? OciManifest.Read(bytes) : null;
        if (found.Config is not { } config || manifest is null || OciDescriptor.DigestOf(config) != manifest.Config.Digest
            || ReleaseConfig.Read(config) is not { } read)
            return new(name, CheckResult.Failed, $"The configuration of {wanted.Id} is missing or was altered.");
        if (read.Release != wanted.Id || read.Service != wanted.Service || read.Commit.Sha != wanted.Commit)
            return new(name, CheckResult.Failed, $"The manifest that is kept for {wanted.Id} of commit {wanted.Commit} is that "
                + $"of {read.Release} of {read.Service}, commit {read.Commit.Sha}.");
        return new(name, CheckResult.Passed, $"It is {read.Release} of {read.Service}, commit {read.Commit.Sha}.");
    }
}
