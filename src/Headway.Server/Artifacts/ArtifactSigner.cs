using System.Security.Cryptography;
using System.Text;
using Headway.Core.Releases;
using Headway.Server.Storage;

namespace Headway.Server.Artifacts;

/// <summary>
/// The server signs what it hashed itself; runners and nodes hold no key. The signature is ECDSA P-256 (r and s, 32
/// bytes each, base64) over the SHA-256 of `headway artifact v1`, a line feed and the digest.
/// </summary>
public sealed class ArtifactSigner(SigningKey key)
{
    private const string Purpose = "headway artifact v1\n";

    /// <summary>PEM, for whoever wants to verify elsewhere.</summary>
    public string PublicKey => key.PublicKey;

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

    public bool Verify(string digest, string signature)
    {
        var bytes = new byte[signature.Length];
        return Convert.TryFromBase64String(signature, bytes, out var length)
            && key.Verifies(Hash(digest), bytes[..length]);
    }

    /// <summary>The gate before every placement: why the release may not run, in a sentence, or null.</summary>
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
