using System.Collections.Immutable;
using Headway.Core.Releases;

namespace Headway.Core.SupplyChain;

/// <summary>What is to be found out about a release: what the record says of it.</summary>
public sealed record WantedRelease(
    string Id, string Service, string Commit, string ManifestDigest, string ArtifactDigest, ReleaseOrigin? Origin,
    SupplyRules Rules);

/// <summary>What lies in the registry, or in an exported file, where the release should be; nothing of it is trusted yet.</summary>
/// <param name="Manifest">Null when it is not there.</param>
/// <param name="Artifact">Digest of the artifact's bytes as they are now; null when they are not there.</param>
public sealed record FoundRelease(
    byte[]? Manifest, byte[]? Config, string? Artifact, ImmutableArray<FoundAttachment> Attached);

/// <summary>Something that refers to a release's manifest.</summary>
/// <param name="MediaType">Of the content.</param>
/// <param name="Content">Null when it cannot be read, and then there is a problem.</param>
/// <param name="Signature">Where the layout keeps the signature beside the content.</param>
public sealed record FoundAttachment(
    string Digest, string MediaType, byte[]? Content, byte[]? Signature = null, string? Problem = null)
{
    /// <summary>What the layers of a manifest hold that are signed, of which cosign's older layout keeps the signature beside.</summary>
    public static bool IsSigned(string mediaType) =>
        mediaType is SupplyChain.MediaType.Bundle or SupplyChain.MediaType.SimpleSigning or SupplyChain.MediaType.Dsse
            or SupplyChain.MediaType.InToto;

    public static byte[]? SignatureOf(OciDescriptor layer) =>
        Encoded.Bytes(layer.Annotations?.GetValueOrDefault(Annotation.CosignSignature));

    /// <summary>Larger ones are not read.</summary>
    public const long LargestBytes = 64L << 20;

    /// <summary>Of all that lie beside one release, since all are in memory at once; those of the server come first.</summary>
    public const long MostBytes = 128L << 20;

    /// <summary>So many are looked at.</summary>
    public const int Most = 500;
}
