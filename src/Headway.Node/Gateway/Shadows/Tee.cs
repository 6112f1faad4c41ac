using System.Security.Cryptography;

namespace Headway.Node.Gateway.Shadows;

/// <summary>Keeps a body that flows by, up to a limit; of a longer one only its length and hash.</summary>
internal sealed class Tee(int most) : IDisposable
{
    private readonly MemoryStream kept = new();
    private IncrementalHash? hash;

    public long Length { get; private set; }

    /// <summary>It was too long to be kept.</summary>
    public bool IsOver => hash is not null;

    /// <summary>Empty when it was too long.</summary>
    public ReadOnlyMemory<byte> Kept => IsOver ? default : kept.GetBuffer().AsMemory(0, (int)kept.Length);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        if (hash is null && Length <= most)
        {
            kept.Write(bytes);
            return;
        }
        if (hash is null)
        {
            hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(kept.GetBuffer(), 0, (int)kept.Length);
            kept.SetLength(0);
            kept.Capacity = 0;
        }
        hash.AppendData(bytes);
    }

    /// <summary>Null when all of it was kept.</summary>
    public string? Digest() => hash is null ? null : Convert.ToHexStringLower(hash.GetCurrentHash());

    public void Dispose() => hash?.Dispose();
}
