using Headway.Core.Services;

namespace Headway.Core.Releases;

/// <summary>What can be deployed: a commit, its artifact by digest, and the specification it was built with.</summary>
/// <param name="Id">`service-number-shortsha`, for example `shop-3-9f2c1ab`.</param>
/// <param name="Number">1, 2, 3 ... within the service; a higher number is newer.</param>
/// <param name="ArtifactDigest">`sha256:...` of the artifact's bytes.</param>
/// <param name="ArtifactSignature">ECDSA P-256 signature by the server over the digest, base64, or null when unsigned.</param>
public sealed record Release(
    string Id, string Service, int Number, Commit Commit, string ArtifactDigest, string? ArtifactSignature,
    ServiceSpec Spec, DateTimeOffset CreatedAt);

/// <param name="Sha">Full object name.</param>
public sealed record Commit(string Sha, string Subject, string Author, DateTimeOffset CommittedAt)
{
    public string Short => Sha.Length <= 7 ? Sha : Sha[..7];
}
