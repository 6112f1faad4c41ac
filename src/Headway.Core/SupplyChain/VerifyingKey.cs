using System.Security.Cryptography;

namespace Headway.Core.SupplyChain;

/// <summary>
/// A public key that signatures are checked with: ECDSA on a curve of NIST, or RSA, both over SHA-256, which is what cosign
/// makes and reads.
/// </summary>
/// <param name="Name">What people call it.</param>
/// <param name="Id">SHA-256 of the key's SubjectPublicKeyInfo, 64 hexadecimal digits.</param>
/// <param name="Pem">SubjectPublicKeyInfo.</param>
public sealed record VerifyingKey(string Name, string Id, string Pem)
{
    public const int LongestPem = 16 * 1024;

    /// <summary>How bundles of sigstore name a key.</summary>
    public string Hint => Convert.ToBase64String(Convert.FromHexString(Id));

    /// <summary>The key, or why the text is none.</summary>
    public static (VerifyingKey? Key, string? Problem) Read(string name, string pem)
    {
        if (pem.Length > LongestPem) return (null, $"A public key has at most {LongestPem} characters.");
        try
        {
            if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] != "PUBLIC KEY")
                return (null, "This is no public key: a PEM block `-----BEGIN PUBLIC KEY-----` is wanted, as `cosign "
                    + "generate-key-pair` writes into cosign.pub.");
            var key = PublicKeyOf(pem, out _, out _, out var spki);
            using (key) return (new(name, Convert.ToHexStringLower(SHA256.HashData(spki)), pem[fields.Location]), null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return (null, "This public key cannot be read: ECDSA (P-256, P-384, P-521) and RSA of at least 2048 bits are "
                + "known here.");
        }
    }

    /// <param name="signature">ECDSA in ASN.1 DER, or PKCS #1 v1.5 for RSA.</param>
    public bool Verifies(byte[] data, byte[] signature)
    {
        try
        {
            using var key = PublicKeyOf(Pem, out var curve, out var rsa, out _);
            return curve?.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                ?? rsa!.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static AsymmetricAlgorithm PublicKeyOf(string pem, out ECDsa? curve, out RSA? rsa, out byte[] spki)
    {
        (curve, rsa) = (null, null);
        try
        {
            curve = ECDsa.Create();
            curve.ImportFromPem(pem);
            spki = curve.ExportSubjectPublicKeyInfo();
            return curve;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            curve!.Dispose();
            curve = null;
        }
        rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        if (rsa.KeySize < 2048) throw new CryptographicException("The key is too short.");
        spki = rsa.ExportSubjectPublicKeyInfo();
        return rsa;
    }
}
