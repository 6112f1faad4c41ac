using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;
using Headway.Server.Storage;

namespace Headway.Server.Artifacts;

/// <summary>
/// The server signs what it hashed itself; runners and nodes hold no key, and nothing else of the server touches this one.
/// It signs digests of artifacts (r and s, 32 bytes each, base64, over the SHA-256 of `headway artifact v1`, a line feed and
/// the digest), statements in envelopes, and the documents of cosign. No two of these begin alike, so none can be taken for
/// another.
/// </summary>
public sealed class ArtifactSigner(SigningKey key)
{
    private const string Purpose = "headway artifact v1\n";

    /// <summary>PEM, for whoever wants to verify elsewhere.</summary>
    public string PublicKey => key.PublicKey;

    /// <summary>The same, to check with.</summary>
    public VerifyingKey Key { get; } = VerifyingKey.Read("this server", key.PublicKey).Key!;

    /// <summary>
    /// The private key stays in `keys/artifacts.pem` (0600), the public one lies beside it for everyone.
    /// </summary>
    public static ArtifactSigner Open(string dataFolder)
    {
        var key = SigningKey.LoadOrCreate(Path.Combine(dataFolder, "keys", "artifacts.pem"));
        File.WriteAllText(Path.Combine(dataFolder, "keys", "artifacts.pub"), key.PublicKey + "\n");
        return new(key);
    }

    public string Sign(string digest) => Convert.ToBase64String(key.Sign(Hash(digest)));

    public DsseEnvelope Sign(Statement statement)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(statement, Wire.Json);
        var signature = key.SignData(DsseEnvelope.Signed(DsseEnvelope.InToto, payload));
        return new(Convert.ToBase64String(payload), DsseEnvelope.InToto, [new(Convert.ToBase64String(signature), Key.Id)]);
    }

    /// <param name="payload">Of <see cref="SimpleSigning"/>.</param>
    public byte[] SignSimply(byte[] payload) => SimpleSigning.DigestIn(payload) is not null ? key.SignData(payload)
        : throw new ArgumentException("Only documents that name a manifest are signed so.", nameof(payload));

    public bool Verify(string digest, string signature)
    {
        var bytes = new byte[signature.Length];
        return Convert.TryFromBase64String(signature, bytes, out var length)
            && key.Verifies(Hash(digest), bytes[..length]);
    }

    /// <summary>
    /// The gate for releases that were made before they had a manifest: why one may not run, in a sentence, or null.
    /// </summary>
    public string? WhyRefused(Release release)
    {
        if (!Digest.IsOne(release.ArtifactDigest))
            return $"{release.Id} has no artifact digest but `{release.ArtifactDigest}`; build the commit again.";
        if (release.ArtifactSignature is not { Length: > 0 } signature)
            return $"The artifact of {release.Id} is not signed; only artifacts that this server hashed and signed "
                + "may run.";
        return Verify(release.ArtifactDigest, signature)
            ? null
            : $"The signature of the artifact of {release.Id} is not by the key of this server; it was changed, "
                + "or signed elsewhere.";
    }

    private static byte[] Hash(string digest) => SHA256.HashData(Encoding.UTF8.GetBytes(Purpose + digest));
}
