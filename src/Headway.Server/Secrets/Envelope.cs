using System.Security.Cryptography;
using System.Text;
using Headway.Server.Secrets.Keys;

namespace Headway.Server.Secrets;

/// <summary>
/// Seals bytes for the disk: AES-256-GCM with a data key of their own, which is wrapped by a key outside the database.
/// What they are for is bound in (NIST SP 800-38D, additional authenticated data), so that no row can stand in for
/// another.
/// </summary>
public sealed class Envelope(IKeyWrap keys)
{
    private const int KeyBytes = 32, NonceBytes = 12, TagBytes = 16;

    public IKeyWrap Keys => keys;

    /// <param name="about">Whose value it is, for example `secret NAME version 3`; the same is needed to open it.</param>
    public Sealed Seal(ReadOnlySpan<byte> value, string about)
    {
        var dataKey = RandomNumberGenerator.GetBytes(KeyBytes);
        try
        {
            var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
            var (cipherText, tag) = (new byte[value.Length], new byte[TagBytes]);
            using var cipher = new AesGcm(dataKey, TagBytes);
            cipher.Encrypt(nonce, value, cipherText, tag, Encoding.UTF8.GetBytes(about));
            return new(keys.Wrap(dataKey), nonce, cipherText, tag);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <exception cref="KeyWrapException">The key is missing, or the row was changed or is about something else.</exception>
    public byte[] Open(Sealed kept, string about)
    {
        var dataKey = keys.Unwrap(kept.Key);
        try
        {
            var value = new byte[kept.Value.Length];
            using var cipher = new AesGcm(dataKey, TagBytes);
            cipher.Decrypt(kept.Nonce, kept.Value, kept.Tag, value, Encoding.UTF8.GetBytes(about));
            return value;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new KeyWrapException($"What is kept for {about} does not open: it was changed, or belongs elsewhere.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <summary>The same value under the newest key; it is not opened for that.</summary>
    public Sealed Rewrap(Sealed kept)
    {
        var dataKey = keys.Unwrap(kept.Key);
        try
        {
            return kept with { Key = keys.Wrap(dataKey) };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }
}

/// <summary>A sealed value as it is kept.</summary>
public sealed record Sealed(WrappedKey Key, byte[] Nonce, byte[] Value, byte[] Tag);
