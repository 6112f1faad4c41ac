using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Headway.Server.Storage;

/// <summary>
/// The chain that makes an edited history visible. All numbers are 8 bytes big-endian, all texts UTF-8 behind their
/// length in bytes as such a number, so no two different events have the same encoding:
/// <code>
/// content = SHA256(salt[16] payload)
/// hash    = SHA256(previous[32] epoch stream version type schema at actor content[32])
/// </code>
/// `previous` is 32 zero bytes for version 1, `at` is microseconds since 1970-01-01 UTC. The position is left out
/// because PostgreSQL hands it out before it is known whether the event is kept.
/// Deleting payload and salt leaves `content`, so the chain verifies after a redaction, and the salt keeps a short
/// payload from being guessed from its hash.
/// </summary>
public static class EventHash
{
    public const int SaltBytes = 16;
    public static readonly byte[] First = new byte[SHA256.HashSizeInBytes];

    public static byte[] Content(byte[] salt, byte[] payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        hash.AppendData(payload);
        return hash.GetHashAndReset();
    }

    internal static byte[] Chain(byte[] previous, EventRow row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        Append(hash, row.Epoch);
        Append(hash, row.Stream);
        Append(hash, row.Version);
        Append(hash, row.Type);
        Append(hash, row.Schema);
        Append(hash, row.At);
        Append(hash, row.Actor);
        hash.AppendData(row.Content);
        return hash.GetHashAndReset();
    }

    internal static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }

    internal static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Append(hash, bytes.Length);
        hash.AppendData(bytes);
    }
}
