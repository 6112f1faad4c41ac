using System.Security.Cryptography;

namespace Headway.Server.Storage;

/// <summary>An ECDSA P-256 key of the server in a file that only its user can read.</summary>
public sealed class SigningKey : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly ECDsa key;

    private SigningKey(ECDsa key) => this.key = key;

    /// <summary>PEM, for whoever wants to verify elsewhere.</summary>
    public string PublicKey => key.ExportSubjectPublicKeyInfoPem();

    /// <summary>For tests and simulations: gone with the process.</summary>
    public static SigningKey Ephemeral() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Throws when the file is readable by others: what it signed proves nothing any more.</summary>
    public static SigningKey LoadOrCreate(string file)
    {
        if (File.Exists(file)) return Load(file);
        DataFolder.Make(Path.GetDirectoryName(file)!);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        SecretFile.Write(file, key.ExportPkcs8PrivateKeyPem());
        return new(key);
    }

    public byte[] Sign(byte[] digest) => key.SignHash(digest);

    /// <summary>Of the data's SHA-256, in ASN.1 DER, which is what tools of others expect.</summary>
    public byte[] SignData(byte[] data) =>
        key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public bool Verifies(byte[] digest, byte[] signature) => key.VerifyHash(digest, signature);

    public void Dispose() => key.Dispose();

    private static SigningKey Load(string file)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerOnly) != 0)
            throw new CryptographicException(
                $"The key {file} can be read by others. If nobody had it: chmod 600 {file}. Otherwise delete it; "
                    + "a new one is made, and what the old one signed is no longer trusted.");
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(file));
        return new(key);
    }
}
