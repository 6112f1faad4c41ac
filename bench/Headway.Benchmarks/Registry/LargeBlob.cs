using System.Net;
using System.Security.Cryptography;

namespace Headway.Benchmarks.Registry;

/// <summary>A blob of random bytes that needs no memory of its size: one block again and again, each time numbered.</summary>
internal sealed class LargeBlob
{
    private const int BlockBytes = 1024 * 1024;
    private readonly byte[] _block = RandomNumberGenerator.GetBytes(BlockBytes);
    private readonly int _blocks;

    public LargeBlob(int megabytes)
    {
        _blocks = megabytes;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var at = 0; at < _blocks; at++) hash.AppendData(Block(at));
        Digest = $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    public string Digest { get; }

    public long Length => (long)_blocks * BlockBytes;

    public HttpContent Content() => new Blocks(this);

    private byte[] Block(int at)
    {
        BitConverter.TryWriteBytes(_block, at);
        return _block;
    }

    private sealed class Blocks(LargeBlob blob) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var at = 0; at < blob._blocks; at++) await stream.WriteAsync(blob.Block(at));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = blob.Length;
            return true;
        }
    }
}
